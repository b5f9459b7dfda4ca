#pragma once
// Text and byte encodings: splitting, hex, base64, percent-encoding, UTF-8.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace welkin::text {

std::vector<std::string> split(std::string_view text, char separator);  ///< keeps empty parts
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);
std::string lower(std::string_view text);  ///< ASCII only
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

std::string to_hex(std::span<const uint8_t> bytes);
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view hex);  ///< raw bytes

std::string to_base64(std::string_view bytes);      ///< with padding
std::string to_base64url(std::string_view bytes);   ///< RFC 4648 section 5, with padding
/// Strict: nothing for a wrong character, length or padding.
std::optional<std::string> from_base64(std::string_view encoded);
std::optional<std::string> from_base64url(std::string_view encoded);  ///< padding optional

/// Percent-encodes all but RFC 3986 unreserved characters and those in `also_keep`.
std::string percent_encode(std::string_view raw, std::string_view also_keep = "");
/// Nothing for a broken escape. `plus_is_space` for query strings.
std::optional<std::string> percent_decode(std::string_view encoded, bool plus_is_space = false);

bool is_utf8(std::string_view bytes);               ///< well-formed, no surrogates, no overlongs
size_t count_characters(std::string_view utf8);     ///< code points, as length limits count them
bool has_control_characters(std::string_view text);

/// A whole decimal integer and nothing else.
std::optional<int64_t> to_integer(std::string_view text);
/// The spellings OpenStack's strutils takes: true/1/yes/on/t/y and false/0/no/off/f/n, any case.
std::optional<bool> to_boolean(std::string_view text);

/// Compares in time that does not depend on where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace welkin::text
