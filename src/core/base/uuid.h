#pragma once
// UUIDs in the two spellings OpenStack uses.
#include <string>
#include <string_view>

namespace welkin {

class Env;

/// A random (version 4) UUID with dashes: "f81d4fae-7dec-41d0-a765-00a0c91e6bf6".
std::string new_uuid(Env& env);
/// The same as 32 hex digits, as identity spells its ids.
std::string new_hex_uuid(Env& env);
/// True for 8-4-4-4-12 hex digits in any case, or the same 32 digits without dashes.
bool is_uuid(std::string_view text);
/// True for a UUID with dashes only.
bool is_dashed_uuid(std::string_view text);

}  // namespace welkin
