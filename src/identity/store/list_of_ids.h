#pragma once
// Lists of ids in SQL: "IN (?, ?, ...)" with a bounded number of marks at a time.
#include <algorithm>
#include <string>
#include <vector>

#include "core/sql/convert.h"

namespace welkin::identity {

inline constexpr size_t ids_at_once = 500;

inline std::string marks(size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
        text += i == 0 ? "?" : ", ?";
    }
    return text;
}

/// Calls `use(marks, values)` for at most ids_at_once of the ids at a time.
template <class F>
void for_slices(const std::vector<std::string>& ids, F use) {
    for (size_t first = 0; first < ids.size(); first += ids_at_once) {
        const auto count = std::min(ids_at_once, ids.size() - first);
        const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(first);
        const std::vector<sql::Value> slice(begin, begin + static_cast<std::ptrdiff_t>(count));
        use(marks(count), slice);
    }
}

}  // namespace welkin::identity
