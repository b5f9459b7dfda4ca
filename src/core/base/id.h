#pragma once
// Id<Tag>: identifiers that the compiler keeps apart.
//
// Every noun has its own: `using ServerId = Id<struct ServerTag>;`. An Id is made explicitly and
// reads as text everywhere, so a project's id cannot be handed where a user's is wanted.
#include <compare>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace welkin {

template <class Tag>
struct Id {
    std::string value;

    Id() = default;
    explicit Id(std::string text) : value(std::move(text)) {}
    explicit Id(std::string_view text) : value(text) {}
    explicit Id(const char* text) : value(text) {}

    bool empty() const { return value.empty(); }
    operator std::string_view() const { return value; }
    const std::string& str() const { return value; }
    auto operator<=>(const Id&) const = default;
    bool operator==(const Id&) const = default;
};

// The nouns that more than one module speaks of; others are declared beside their struct.
using UserId = Id<struct UserTag>;
using ProjectId = Id<struct ProjectTag>;
using DomainId = Id<struct DomainTag>;
using ServerId = Id<struct ServerTag>;
using ImageId = Id<struct ImageTag>;
using NetworkId = Id<struct NetworkTag>;
using SubnetId = Id<struct SubnetTag>;
using PortId = Id<struct PortTag>;
using HostName = Id<struct HostTag>;  ///< name of a compute host, as operators see it

}  // namespace welkin

template <class Tag>
struct fmt::formatter<welkin::Id<Tag>> : fmt::formatter<std::string_view> {
    auto format(const welkin::Id<Tag>& id, format_context& context) const {
        return formatter<std::string_view>::format(id.value, context);
    }
};

template <class Tag>
struct std::hash<welkin::Id<Tag>> {
    size_t operator()(const welkin::Id<Tag>& id) const {
        return std::hash<std::string>{}(id.value);
    }
};
