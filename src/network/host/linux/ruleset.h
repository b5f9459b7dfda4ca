#pragma once
// Ruleset: the contents of one nftables table as values, so that what is wanted can be compared
// with what was loaded, and only the difference sent, as one transaction of the kernel. No I/O.
#include <map>
#include <set>
#include <string>
#include <vector>

namespace welkin::network {

struct Chain {
    std::string hook;  ///< "type filter hook forward priority 0; policy accept;" or empty
    std::vector<std::string> rules;
    bool operator==(const Chain&) const = default;
};

/// A named set of addresses.
struct AddressSet {
    std::string type;  ///< "ipv4_addr" or "ipv6_addr"
    std::set<std::string> elements;
    bool operator==(const AddressSet&) const = default;
};

/// A named map to verdicts: key text to "jump x".
struct VerdictMap {
    std::string type;  ///< of its keys: "ifname", "mark"
    std::map<std::string, std::string> elements;
    bool operator==(const VerdictMap&) const = default;
};

struct Table {
    std::string family;  ///< "inet" or "bridge"
    std::string name;
    std::map<std::string, Chain> chains;
    std::map<std::string, AddressSet> sets;
    std::map<std::string, VerdictMap> maps;
};

/// nft commands that make the table from nothing, whatever was there before.
std::string load_script(const Table& table);
/// nft commands that make `wanted` of `current`; empty if nothing differs.
std::string change_script(const Table& current, const Table& wanted);
std::string delete_script(const std::string& family, const std::string& name);

}  // namespace welkin::network
