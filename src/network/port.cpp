#include "network/port.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "network/address.h"

namespace welkin::network {

namespace {

/// Text of an optional member; throws for one of another kind.
std::string optional_text(const json::Value& value, std::string_view key, std::string_view name) {
    const auto& member = value[key];
    if (member.is_null()) {
        return {};
    }
    if (!member.is_string()) {
        throw bad_request("Invalid input for {}. '{}' must be text, not {}.", name, key,
                          member.kind());
    }
    return member.as_string();
}

void need_object(const json::Value& value, std::string_view name) {
    if (!value.is_object()) {
        throw bad_request("Invalid input for {}. Each entry must be an object, not {}.", name,
                          value.kind());
    }
}

std::string canonical_ip(const std::string& text, std::string_view name) {
    const auto ip = Ip::parse(text);
    if (!ip) {
        throw bad_request("Invalid input for {}. '{}' is not a valid IP address.", name, text);
    }
    return ip->text();
}

}  // namespace

void read_json(FixedAddress& address, const json::Value& value, std::string_view name) {
    need_object(value, name);
    for (const auto& [key, unused] : value.as_object()) {
        if (key != "subnet_id" && key != "ip_address") {
            throw bad_request(
                "Invalid input for {}. '{}' is not known: give subnet_id and "
                "ip_address.",
                name, key);
        }
    }
    address.subnet_id = SubnetId(optional_text(value, "subnet_id", name));
    address.ip_address = optional_text(value, "ip_address", name);
    if (!address.subnet_id.empty() && !is_uuid(address.subnet_id)) {
        throw bad_request("Invalid input for {}. '{}' is not a valid UUID.", name,
                          address.subnet_id);
    }
    if (!address.ip_address.empty()) {
        address.ip_address = canonical_ip(address.ip_address, name);
    }
}

void write_json(json::Writer& writer, const FixedAddress& address) {
    writer.begin_object().member("subnet_id", address.subnet_id.value);
    writer.member("ip_address", address.ip_address).end_object();
}

void read_json(AddressPair& pair, const json::Value& value, std::string_view name) {
    need_object(value, name);
    for (const auto& [key, unused] : value.as_object()) {
        if (key != "mac_address" && key != "ip_address") {
            throw bad_request("Unrecognized field '{}' in {}: give ip_address and mac_address.",
                              key, name);
        }
    }
    const auto text = optional_text(value, "ip_address", name);
    const auto cidr = Cidr::parse(text);
    if (!cidr) {
        throw bad_request(
            "AllowedAddressPair must contain ip_address: '{}' is neither an address "
            "nor a prefix.",
            text)
            .named("AllowedAddressPairsMissingIP");
    }
    pair.ip_address = text.find('/') == std::string::npos ? cidr->base.text() : cidr->text();
    pair.mac_address = optional_text(value, "mac_address", name);
    if (!pair.mac_address.empty()) {
        const auto mac = parse_mac(pair.mac_address);
        if (!mac) {
            throw bad_request("Invalid input for {}. '{}' is not a valid MAC address.", name,
                              pair.mac_address);
        }
        pair.mac_address = *mac;
    }
}

void write_json(json::Writer& writer, const AddressPair& pair) {
    writer.begin_object().member("ip_address", pair.ip_address);
    writer.member("mac_address", pair.mac_address).end_object();
}

void read_json(DhcpOption& option, const json::Value& value, std::string_view name) {
    need_object(value, name);
    option.opt_name = optional_text(value, "opt_name", name);
    const bool plain = !option.opt_name.empty() && option.opt_name.size() <= 64 &&
                       option.opt_name.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
    if (!plain) {
        throw bad_request("Invalid input for {}. opt_name '{}' is not a DHCP option.", name,
                          option.opt_name);
    }
    option.opt_value.reset();
    if (!value["opt_value"].is_null()) {
        option.opt_value = optional_text(value, "opt_value", name);
        const bool fits =
            option.opt_value->size() <= 255 && !text::has_control_characters(*option.opt_value);
        if (!fits) {
            throw bad_request(
                "Invalid input for {}. The value of {} must be one line of at most "
                "255 bytes.",
                name, option.opt_name);
        }
    }
    const auto& version = value["ip_version"];
    const auto number =
        version.is_string() ? (version.as_string() == "6" ? 6 : 4) : value.integer("ip_version", 4);
    if (number != 4 && number != 6) {
        throw bad_request("Invalid input for {}. ip_version must be 4 or 6.", name);
    }
    option.ip_version = static_cast<int>(number);
}

void write_json(json::Writer& writer, const DhcpOption& option) {
    writer.begin_object().member("opt_name", option.opt_name);
    if (option.opt_value) {
        writer.member("opt_value", *option.opt_value);
    } else {
        writer.member_null("opt_value");
    }
    writer.member("ip_version", option.ip_version).end_object();
}

}  // namespace welkin::network

namespace welkin::sql {

namespace {

template <class T>
Value list_value(const std::vector<T>& list) {
    std::string text;
    json::Writer writer(text);
    writer.begin_array();
    for (const auto& each : list) {
        write_json(writer, each);
    }
    writer.end_array();
    return text;
}

template <class T>
std::vector<T> value_list(const Value& value, std::string_view name) {
    std::vector<T> list;
    const auto text = as_text(value);
    if (text.size() <= 2) {
        return list;
    }
    const auto parsed = json::parse(text);
    for (const auto& each : parsed.as_array()) {
        read_json(list.emplace_back(), each, name);
    }
    return list;
}

}  // namespace

using network::AddressPair;
using network::DhcpOption;

Value Convert<std::vector<AddressPair>>::to(const std::vector<AddressPair>& pairs) {
    return list_value(pairs);
}
std::vector<AddressPair> Convert<std::vector<AddressPair>>::from(const Value& value) {
    return value_list<AddressPair>(value, "allowed_address_pairs");
}
Value Convert<std::vector<DhcpOption>>::to(const std::vector<DhcpOption>& options) {
    return list_value(options);
}
std::vector<DhcpOption> Convert<std::vector<DhcpOption>>::from(const Value& value) {
    return value_list<DhcpOption>(value, "extra_dhcp_opts");
}

}  // namespace welkin::sql
