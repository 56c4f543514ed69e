# One command each; see README.md for what they are for.
.PHONY: check test golden demo bench bench-console build lint fuzz tour bench-scale bench-growth bench-process soak

LINTER := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

build: ## the binary, ./ironage
	go build -trimpath -o ironage ./cmd/ironage

test: ## what the README calls
	go test ./...

check: lint ## everything that must be clean before a commit
	go vet ./...
	go test -race ./...

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run gofmt"; exit 1; }
	@command -v golangci-lint >/dev/null || go install $(LINTER)
	PATH="$$PATH:$$(go env GOPATH)/bin" golangci-lint run ./...

golden: ## accept the screens as they are now; look at the diff before you commit it
	go test ./tui -update

demo: ## the console on a simulated fleet; no hardware, no configuration
	go run ./cmd/ironage demo

bench: ## Go's benchmarks
	go test -run '^$$' -bench . -benchmem ./...

bench-console: ## what a key, a sort, a filter and a new view cost in the console, and how many bytes a frame sends
	go test -run '^$$' -bench 'Servers|Wide|OpenServer|ViewArrives|Palette|AgeingKey' -benchmem ./tui
	go test -count=1 -v -run 'TestBytes(PerFrame|Idle)|TestViewAllocations' ./tui

bench-scale: ## polling ten thousand simulated servers, against a plain poller in the same run, with every goal
	.ci/bench-scale

bench-growth: ## what 100, 1,000, 10,000 and 50,000 simulated servers take
	.ci/bench-growth

bench-process: ## what the whole process takes: collector, console beside it, console that collects; SERVERS, MINUTES
	.ci/bench-process

soak: ## half an hour of polling with dead endpoints and loss: no growth, no wrong verdict, on schedule; SERVERS
	.ci/soak

tour: ## every screen as a terminal shows it, into docs/tour
	docs/tour/tour.sh

fuzz: ## a minute for each fuzz target
	@for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime 60s $$pkg || exit 1; \
	  done; done
