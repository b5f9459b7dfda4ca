#include "core/sql/page.h"

#include <gtest/gtest.h>

#include <random>

#include "core/sql/contract.h"

namespace welkin::sql {
namespace {

struct Item {
    std::string id;
    std::string owner;
    std::optional<std::string> name;
    std::optional<int64_t> size;
    bool operator==(const Item&) const = default;
};

const Columns<Item> columns{
    "item",
    {{"id", &Item::id}, {"owner", &Item::owner}, {"name", &Item::name}, {"size", &Item::size}}};

const Migration tables[] = {
    {"test", "0001_item",
     "CREATE TABLE item (id VARCHAR(64) PRIMARY KEY, owner VARCHAR(64) NOT NULL, "
     "name VARCHAR(64), size BIGINT);"},
};

// ---- the same, naively, in memory

Value column_of(const Item& item, std::string_view column) {
    if (column == "id") {
        return item.id;
    }
    return column == "name" ? to_value(item.name) : to_value(item.size);
}

bool matches(const Item& item, const Condition& condition) {
    using Op = Condition::Op;
    const auto value = column_of(item, condition.column);
    const bool null = std::holds_alternative<std::monostate>(value);
    const bool found = std::ranges::find(condition.values, value) != condition.values.end();
    switch (condition.op) {
        case Op::in:
            return found;
        case Op::not_in:
            return !found;
        case Op::like:
            return as_text(value).find(as_text(condition.values[0])) != std::string::npos;
        case Op::starts_with:
            return !null && as_text(value).starts_with(as_text(condition.values[0]));
        case Op::ends_with:
            return !null && as_text(value).ends_with(as_text(condition.values[0]));
        case Op::less:
            return !null && value < condition.values[0];
        case Op::less_or_equal:
            return !null && value <= condition.values[0];
        case Op::greater:
            return !null && value > condition.values[0];
        case Op::greater_or_equal:
            return !null && value >= condition.values[0];
        case Op::is_null:
            return null;
    }
    return false;
}

/// All of `owner` in order; monostate, that is NULL, is the least alternative of a Value.
std::vector<Item> sorted(std::vector<Item> items, const Page& page, const std::string& owner) {
    std::erase_if(items, [&](const Item& item) { return item.owner != owner; });
    std::ranges::sort(items, [&](const Item& a, const Item& b) {
        for (const auto& key : page.sort) {
            const auto left = column_of(a, key.column);
            const auto right = column_of(b, key.column);
            if (left != right) {
                return key.descending ? right < left : left < right;
            }
        }
        return a.id < b.id;
    });
    return items;
}

std::vector<Item> naive_page(const std::vector<Item>& all, const Page& page,
                             const std::string& owner) {
    auto items = sorted(all, page, owner);
    if (!page.marker.empty()) {
        const auto marker = std::ranges::find(items, page.marker, &Item::id);
        if (page.backwards) {
            items.erase(marker, items.end());
        } else {
            items.erase(items.begin(), marker + 1);
        }
    }
    std::erase_if(items, [&](const Item& item) {
        return !std::ranges::all_of(page.conditions,
                                    [&](const Condition& c) { return matches(item, c); });
    });
    const auto limit = static_cast<size_t>(page.limit);
    if (items.size() > limit) {
        if (page.backwards) {
            items.erase(items.begin(), items.end() - page.limit);
        } else {
            items.resize(limit);
        }
    }
    return items;
}

// ---- random pages of random items

struct Random {
    std::mt19937_64 engine;
    int64_t below(int64_t n) { return static_cast<int64_t>(engine() % static_cast<uint64_t>(n)); }

    std::optional<std::string> name() {
        static const char* names[] = {"a", "b", "a%b", "a_b", "axb", "!", "!%"};
        const auto n = below(8);
        return n == 7 ? std::nullopt : std::optional<std::string>(names[n]);
    }
    std::optional<int64_t> size() {
        const auto n = below(6);
        return n == 5 ? std::nullopt : std::optional<int64_t>(n);
    }
    Condition condition() {
        Condition made;
        made.op = static_cast<Condition::Op>(below(10));
        const bool on_text = made.op == Condition::Op::like ||
                             made.op == Condition::Op::starts_with ||
                             made.op == Condition::Op::ends_with;
        const bool on_name = on_text || below(2) == 0;
        made.column = on_name ? "name" : "size";
        const bool several = made.op == Condition::Op::in || made.op == Condition::Op::not_in;
        for (int64_t i = several ? below(4) : 1; i > 0; --i) {
            auto value = on_name ? to_value(name()) : to_value(size());
            if (!several && std::holds_alternative<std::monostate>(value)) {
                value = on_name ? Value(std::string("a")) : Value(int64_t{2});
            }
            made.values.push_back(std::move(value));
        }
        return made;
    }
    Page page(const std::vector<Item>& own) {
        Page made;
        for (int64_t i = below(3); i > 0; --i) {
            made.conditions.push_back(condition());
        }
        std::vector<std::string> keys = {"name", "size", "id"};
        std::ranges::shuffle(keys, engine);
        keys.resize(static_cast<size_t>(below(4)));
        for (auto& key : keys) {
            made.sort.push_back({key, below(2) == 0});
        }
        made.limit = static_cast<int>(below(12));
        made.backwards = below(2) == 0;
        if (below(4) != 0) {
            made.marker = own[static_cast<size_t>(below(static_cast<int64_t>(own.size())))].id;
        }
        return made;
    }
};

Task<void> compare_with_naive(Database& database) {
    Random random{std::mt19937_64(20260101)};
    std::vector<Item> items;
    for (int i = 0; i < 80; ++i) {
        items.push_back({fmt::format("{:08x}", random.engine() & 0xffffffff),
                         i % 4 == 0 ? "other" : "me", random.name(), random.size()});
    }
    co_await database.write([&](Transaction& tx) {
        for (const auto& item : items) {
            columns.insert(tx, item);
        }
    });
    auto own = items;
    std::erase_if(own, [](const Item& item) { return item.owner != "me"; });
    for (int round = 0; round < 3000; ++round) {
        const auto wanted = random.page(own);
        const auto found = co_await database.read(
            [&](Transaction& tx) { return page(tx, columns, "id", wanted, "owner = ?", "me"); });
        const auto expected = naive_page(items, wanted, "me");
        EXPECT_EQ(found.size(), expected.size()) << "round " << round;
        EXPECT_TRUE(found == expected) << "round " << round;
        if (found != expected) {
            break;
        }
    }
}

TEST(Page, IsWhatSortingAndFilteringInMemoryGives) {
    on_every_database({tables}, compare_with_naive);
}

Task<void> ask_for_lost_markers(Database& database) {
    co_await database.write([](Transaction& tx) {
        columns.insert(tx, {"1", "me", {}, {}});
        columns.insert(tx, {"2", "other", {}, {}});
    });
    for (const auto* marker : {"3", "2"}) {
        try {
            co_await database.read([marker](Transaction& tx) {
                return page(tx, columns, "id", Page{.marker = marker}, "owner = ?", "me");
            });
            ADD_FAILURE() << "marker " << marker << " was taken";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault, Fault::bad_request);
            EXPECT_EQ(error.message, fmt::format("marker [{}] not found", marker));
        }
    }
}

TEST(Page, RefusesAMarkerThatIsNotInItsScope) { on_every_database({tables}, ask_for_lost_markers); }

}  // namespace
}  // namespace welkin::sql
