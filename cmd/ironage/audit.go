package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/audit"
)

const auditLong = `Every decision, people's and ironage's own, is one entry of a chain: it holds a hash over itself and the entry before it. A changed, removed or reordered entry therefore shows.

Whoever can rewrite the whole database can rewrite the whole chain. Write the head down elsewhere now and then (ironage audit head), and give it to verify: ironage audit verify --head 1042:9f2c…`

// newAuditCommand makes `ironage audit`.
func newAuditCommand(env *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "audit",
		Short:   "Look at the log of decisions, and check that nobody tampered with it",
		Long:    auditLong,
		Example: "ironage audit verify\nironage audit list --after 1000 --output json\nironage audit head",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAuditVerifyCommand(env), newAuditListCommand(env), newAuditHeadCommand(env))
	return cmd
}

// verdictJSON is what `audit verify --output json` prints; its keys are stable.
type verdictJSON struct {
	Schema  string        `json:"schema"`
	Entries int64         `json:"entries"`
	Head    string        `json:"head"`
	Whole   bool          `json:"whole"`
	Breaks  []audit.Break `json:"breaks"`
}

func newAuditVerifyCommand(env *cli) *cobra.Command {
	var known string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check the whole chain; exit code 1 when it does not hold",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			as, err := env.format("table", "json")
			if err != nil {
				return err
			}
			st, done, err := env.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer done()
			head, breaks, err := st.VerifyAudit(cmd.Context())
			if err != nil {
				return err
			}
			if known != "" {
				b, err := compareHead(known, func(seq int64) (found audit.Entry, err error) {
					err = st.Audit(cmd.Context(), seq-1, func(e audit.Entry) bool { found = e; return false })
					return found, err
				})
				if err != nil {
					return err
				}
				breaks = append(breaks, b...)
			}
			return env.printVerdict(as, head, breaks)
		},
	}
	cmd.Flags().StringVar(&known, "head", "", "a head that was written down earlier, NUMBER:HASH: the chain must still hold it")
	return cmd
}

// compareHead checks that the chain still holds an entry that somebody wrote down.
func compareHead(known string, entry func(seq int64) (audit.Entry, error)) ([]audit.Break, error) {
	var seq int64
	var hash string
	number, hash, ok := strings.Cut(strings.TrimSpace(known), ":")
	if _, err := fmt.Sscan(number, &seq); !ok || err != nil || seq < 1 || hash == "" {
		return nil, usage("--head %s: write it as `ironage audit head` prints it, NUMBER:HASH", known)
	}
	e, err := entry(seq)
	switch {
	case err != nil:
		return nil, err
	case e.Seq != seq:
		return []audit.Break{{Seq: seq, What: "it was written down, and is not there"}}, nil
	case e.Hash != strings.ToLower(hash):
		return []audit.Break{{Seq: seq, What: "it is not the entry that was written down: it, or something before it, was changed"}}, nil
	}
	return nil, nil
}

func (env *cli) printVerdict(as string, head audit.Entry, breaks []audit.Break) error {
	whole := len(breaks) == 0
	if err := env.writeVerdict(as, head, breaks); err != nil || whole {
		return err
	}
	return exit(exitFailed, errors.New("the log of decisions does not hold: somebody changed the database by other means than ironage, or it is damaged; compare it with a backup"))
}

func (env *cli) writeVerdict(as string, head audit.Entry, breaks []audit.Break) error {
	if breaks == nil {
		breaks = []audit.Break{}
	}
	switch {
	case as == "json":
		return printJSON(env.out, verdictJSON{"ironage.audit/v1", head.Seq, headText(head), len(breaks) == 0, breaks})
	case len(breaks) == 0:
		_, err := fmt.Fprintf(env.prose(), "The log of decisions is whole: %d entries.\nHead: %s\n", head.Seq, headText(head))
		return err
	}
	for _, b := range breaks {
		if _, err := fmt.Fprintln(env.prose(), clean(b.Error())); err != nil {
			return err
		}
	}
	return nil
}

func headText(e audit.Entry) string {
	if e.Seq == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%s", e.Seq, e.Hash)
}

func newAuditHeadCommand(env *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "head",
		Short: "Print number and hash of the last entry, to be written down elsewhere",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			st, done, err := env.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer done()
			head, err := st.AuditHead(cmd.Context())
			if err != nil {
				return err
			}
			if head.Seq == 0 {
				_, err = fmt.Fprintln(env.prose(), "No decisions yet.")
				return err
			}
			_, err = fmt.Fprintln(env.out, headText(head))
			return err
		},
	}
}

func newAuditListCommand(env *cli) *cobra.Command {
	var after int64
	var limit int
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Print the decisions, oldest first; as JSON one entry a line",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			if limit < 0 || after < 0 {
				return usage("--limit and --after are not negative")
			}
			st, done, err := env.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer done()
			if as == "json" {
				return env.auditLines(limit, func(yield func(audit.Entry) bool) error { return st.Audit(cmd.Context(), after, yield) })
			}
			var rows [][]string
			err = st.Audit(cmd.Context(), after, func(e audit.Entry) bool {
				at := e.Time.Local().Format("2006-01-02 15:04:05")
				if as == "csv" {
					at = e.Time.UTC().Format(time.RFC3339)
				}
				rows = append(rows, []string{fmt.Sprint(e.Seq), at, e.Actor, e.Origin, e.Action, e.Subject, e.Hash[:min(12, len(e.Hash))]})
				return limit == 0 || len(rows) < limit
			})
			if err != nil {
				return err
			}
			return env.printAs(as, []string{"seq", "time", "actor", "origin", "action", "subject", "hash"}, rows, nil)
		},
	}
	cmd.Flags().Int64Var(&after, "after", 0, "only entries after this number")
	cmd.Flags().IntVar(&limit, "limit", 0, "at most so many; 0: all")
	return cmd
}

// auditLines writes entries as JSON lines, one a line.
func (env *cli) auditLines(limit int, each func(yield func(audit.Entry) bool) error) error {
	enc := json.NewEncoder(env.out)
	enc.SetEscapeHTML(false)
	n := 0
	var failed error
	err := each(func(e audit.Entry) bool {
		failed = enc.Encode(e)
		n++
		return failed == nil && (limit == 0 || n < limit)
	})
	return errors.Join(failed, err)
}
