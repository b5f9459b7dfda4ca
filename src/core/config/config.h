#pragma once
// Config: every option is declared once, with type, default and one sentence; values come from one
// TOML file and from `--set section.key=value`, which wins.
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace welkin::config {

enum class Type { text, integer, boolean, duration_ms, size_bytes, list };

struct Option {
    const char* name;  ///< "compute.driver"
    Type type;
    const char*
        default_value;        ///< as one would write it: "qemu", "16", "true", "30s", "1GiB", "a,b"
    const char* description;  ///< one sentence
};

class Config {
public:
    /// All modules' options, declared before anything is read. A name twice CHECK-fails.
    void declare(std::span<const Option> options);
    /// Throws bad_request() naming file, line, option and what would be right; unknown options too.
    void load_file(const std::string& path);
    void load_text(std::string_view toml, std::string_view origin);
    void set(std::string_view assignment);  ///< "section.key=value"

    // Asking for an undeclared name or the wrong type CHECK-fails.
    std::string text(std::string_view name) const;
    int64_t integer(std::string_view name) const;
    bool boolean(std::string_view name) const;
    int64_t milliseconds(std::string_view name) const;
    int64_t bytes(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const;

    struct Described {
        Option option;
        std::string value;
        bool is_default = true;
    };
    std::vector<Described> describe() const;  ///< for `welkin config list`

private:
    struct Entry {
        Option option;
        std::string value;
        bool is_default = true;
    };
    const Entry& entry(std::string_view name, Type type) const;
    Entry& find(std::string_view name, std::string_view origin);  ///< or throws with a suggestion
    void assign(std::string_view name, std::string value, std::string_view origin);
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace welkin::config
