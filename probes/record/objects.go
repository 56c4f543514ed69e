package record

import "ironage/probes/snmp"

// ownWords are the columns of public MIBs in which people wrote their own
// words: replaced there, and not looked for elsewhere.
func ownWords() []snmp.OID {
	return []snmp.OID{
		"1.3.6.1.2.1.1.4",           // sysContact
		"1.3.6.1.2.1.1.6",           // sysLocation
		"1.3.6.1.2.1.25.3.8.1.3",    // hrFSRemoteMountPoint
		"1.3.6.1.2.1.31.1.1.1.18",   // ifAlias
		"1.3.6.1.2.1.47.1.1.1.1.14", // entPhysicalAlias
	}
}

// identities are the columns whose value is a name or a serial number, whatever
// any profile reads; the values are replaced elsewhere, too.
func identities() []snmp.OID {
	return []snmp.OID{
		"1.3.6.1.2.1.1.5",           // sysName
		"1.3.6.1.2.1.47.1.1.1.1.11", // entPhysicalSerialNum
		"1.3.6.1.2.1.47.1.1.1.1.15", // entPhysicalAssetID
		"1.3.6.1.2.1.47.1.1.1.1.19", // entPhysicalUUID
		// Dell iDRAC: host name, service tag, express service code, asset tag, data centre, aisle, rack; then chassis and OMSA
		"1.3.6.1.4.1.674.10892.5.1.3.1", "1.3.6.1.4.1.674.10892.5.1.3.2", "1.3.6.1.4.1.674.10892.5.1.3.3", "1.3.6.1.4.1.674.10892.5.1.3.4",
		"1.3.6.1.4.1.674.10892.5.1.3.8", "1.3.6.1.4.1.674.10892.5.1.3.9", "1.3.6.1.4.1.674.10892.5.1.3.10",
		"1.3.6.1.4.1.674.10892.5.4.300.10.1.10", "1.3.6.1.4.1.674.10892.5.4.300.10.1.11", "1.3.6.1.4.1.674.10892.5.4.300.10.1.15", "1.3.6.1.4.1.674.10892.5.4.300.10.1.49",
		"1.3.6.1.4.1.674.10892.1.300.10.1.10", "1.3.6.1.4.1.674.10892.1.300.10.1.11", "1.3.6.1.4.1.674.10892.1.300.10.1.15", "1.3.6.1.4.1.674.10892.1.300.10.1.49",
		"1.3.6.1.4.1.232.2.2.2.3",               // HPE: asset tag
		"1.3.6.1.4.1.231.2.10.2.2.10.2.3.1.16",  // Fujitsu: asset tag
		"1.3.6.1.4.1.2011.2.235.1.1.1.9",        // Huawei: host name
		"1.3.6.1.4.1.2011.2.235.1.1.19.50.1.13", // Huawei: asset tag
		"1.3.6.1.4.1.2.3.51.3.3.4.1.11",         // IBM: host name of the controller
	}
}

// hardwareAddresses are the columns that hold MAC addresses and world-wide
// names as octets.
func hardwareAddresses() []snmp.OID {
	return []snmp.OID{
		"1.3.6.1.2.1.2.2.1.6",                                                                         // ifPhysAddress
		"1.3.6.1.2.1.3.1.1.2",                                                                         // atPhysAddress
		"1.3.6.1.2.1.4.22.1.2",                                                                        // ipNetToMediaPhysAddress
		"1.3.6.1.2.1.4.35.1.4",                                                                        // ipNetToPhysicalPhysAddress
		"1.3.6.1.2.1.17.1.1",                                                                          // dot1dBaseBridgeAddress
		"1.3.6.1.4.1.674.10892.5.4.1100.90.1.15",                                                      // Dell: current MAC address
		"1.3.6.1.4.1.674.10892.5.4.1100.90.1.16",                                                      // Dell: permanent MAC address
		"1.3.6.1.4.1.232.18.2.3.1.1.4", "1.3.6.1.4.1.232.18.2.2.1.1.4", "1.3.6.1.4.1.232.9.2.5.1.1.4", // HPE: MAC addresses
	}
}

// secret are subtrees that hold, or whose indexes spell, what gives access:
// SNMPv3 users and keys, communities, where notifications go, and the command
// lines of programs. They are never written, whatever was asked for.
func secret() []snmp.OID {
	return []snmp.OID{
		"1.3.6.1.6.3.12",               // SNMP-TARGET-MIB: communities as names
		"1.3.6.1.6.3.13",               // SNMP-NOTIFICATION-MIB
		"1.3.6.1.6.3.15",               // SNMP-USER-BASED-SM-MIB
		"1.3.6.1.6.3.16",               // SNMP-VIEW-BASED-ACM-MIB: communities in indexes
		"1.3.6.1.6.3.18",               // SNMP-COMMUNITY-MIB
		"1.3.6.1.2.1.25.4.2.1.5",       // hrSWRunParameters
		"1.3.6.1.4.1.8072.1.3.2.2.1.2", // nsExtendCommand
		"1.3.6.1.4.1.8072.1.3.2.2.1.3", // nsExtendArgs
		"1.3.6.1.4.1.8072.1.3.2.2.1.4", // nsExtendInput
		"1.3.6.1.4.1.2021.8.1.3",       // extCommand
		"1.3.6.1.4.1.2021.2.1.103",     // prErrFixCmd
	}
}

// networkTables are subtrees that are nothing but addresses of the device and
// of those it speaks with. No profile reads them; they are written only with
// the device's identity.
func networkTables() []snmp.OID {
	return []snmp.OID{"1.3.6.1.2.1.3", "1.3.6.1.2.1.4", "1.3.6.1.2.1.6", "1.3.6.1.2.1.7", "1.3.6.1.2.1.14", "1.3.6.1.2.1.15", "1.0.8802"}
}
