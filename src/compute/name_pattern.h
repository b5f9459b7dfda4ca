#pragma once
// NamePattern: the regular expressions of list filters (?name=^web-[0-9]+$), matched in time that
// grows with pattern times text, whatever the pattern: clients give them, so nothing may blow up.
//
// Knows . [abc] [^a-z] ^ $ * + ? | ( ) and \ before a character; \d \w \s. Searches anywhere in the
// text unless anchored; letters match in either case, as in the databases Nova filters with.
#include <cstdint>
#include <string_view>
#include <vector>

namespace welkin::compute {

class NamePattern {
public:
    /// Throws bad_request() naming what is wrong with it, or that it is too long.
    explicit NamePattern(std::string_view pattern);

    bool found_in(std::string_view text) const;

private:
    enum class Op : uint8_t { set, split, begin, end, accept };
    struct Instruction {
        Op op = Op::accept;
        int next = -1;
        int other = -1;  ///< of split
        int set = -1;    ///< index of the character set
    };
    class Parser;
    void follow(int from, size_t position, size_t length, std::vector<uint8_t>& in_states) const;

    std::vector<Instruction> program_;
    std::vector<std::vector<bool>> sets_;  ///< 256 entries each
    int start_ = 0;
};

}  // namespace welkin::compute
