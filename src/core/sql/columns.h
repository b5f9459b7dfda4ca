#pragma once
// Columns<T>: which column each member of a struct lives in. SQL stays text; this only saves
// writing every column name three times.
//
//   const sql::Columns<Keypair> columns{"compute_keypair", {
//       {"user_id", &Keypair::user_id}, {"name", &Keypair::name}, ...}};
//   columns.insert(tx, keypair);
//   std::optional<Keypair> found = columns.find(tx, "user_id = ? AND name = ?", user, name);
//   std::vector<Keypair> all = columns.select(tx, "WHERE user_id = ? ORDER BY name", user);
//   columns.update(tx, keypair, {"public_key"}, "user_id = ? AND name = ?", user, name);
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/database.h"

namespace welkin::sql {

template <class T>
class Columns {
public:
    struct Column {
        std::string name;
        std::function<Value(const T&)> read;
        std::function<void(T&, Value&&)> write;

        template <class Owner, class M>
        Column(const char* column, M Owner::* member)
            : name(column),
              read([member](const T& object) { return to_value(object.*member); }),
              write([member](T& object, Value&& v) {
                  object.*member = from_value<M>(std::move(v));
              }) {}
    };

    Columns(std::string table, std::initializer_list<Column> columns)
        : table_(std::move(table)), columns_(columns) {
        for (const auto& column : columns_) {
            names_ += (names_.empty() ? "" : ", ") + column.name;
            marks_ += marks_.empty() ? "?" : ", ?";
        }
    }

    const std::string& table() const { return table_; }
    const std::string& names() const { return names_; }  ///< "a, b, c" for hand-written SELECTs
    size_t count() const { return columns_.size(); }

    /// Reads from a row whose columns start at `first` in the order of names().
    T read(Row&& row, size_t first = 0) const {
        T object{};
        for (size_t i = 0; i < columns_.size(); ++i) {
            columns_[i].write(object, std::move(row.columns[first + i]));
        }
        return object;
    }
    T read(const Row& row, size_t first = 0) const { return read(Row(row), first); }
    /// `tail` is everything from WHERE on.
    template <class... Args>
    std::vector<T> select(Transaction& tx, std::string_view tail, const Args&... args) const {
        return select_values(tx, tail, {to_value(args)...});
    }
    std::vector<T> select_values(Transaction& tx, std::string_view tail,
                                 const std::vector<Value>& args) const {
        std::vector<T> found;
        auto rows =
            tx.query_values("SELECT " + names_ + " FROM " + table_ + " " + std::string(tail), args);
        found.reserve(rows.size());
        for (auto& row : rows) {
            found.push_back(read(std::move(row)));
        }
        return found;
    }
    template <class... Args>
    std::optional<T> find(Transaction& tx, std::string_view condition, const Args&... args) const {
        auto found = select(tx, "WHERE " + std::string(condition), args...);
        CHECK(found.size() <= 1);
        if (found.empty()) {
            return std::nullopt;
        }
        return std::move(found.front());
    }
    void insert(Transaction& tx, const T& object) const {
        std::vector<Value> values;
        values.reserve(columns_.size());
        for (const auto& column : columns_) {
            values.push_back(column.read(object));
        }
        tx.execute_values("INSERT INTO " + table_ + " (" + names_ + ") VALUES (" + marks_ + ")",
                          values);
    }
    /// Sets the named columns from the object where `condition` holds; rows affected.
    template <class... Args>
    int64_t update(Transaction& tx, const T& object, std::initializer_list<std::string_view> which,
                   std::string_view condition, const Args&... args) const {
        return update_values(tx, object, which, condition, {to_value(args)...});
    }
    int64_t update_values(Transaction& tx, const T& object, std::vector<std::string_view> which,
                          std::string_view condition, std::vector<Value> args) const {
        std::string sets;
        std::vector<Value> values;
        for (auto name : which) {
            const auto* column = find_column(name);
            CHECK(column != nullptr);
            sets += (sets.empty() ? "" : ", ") + column->name + " = ?";
            values.push_back(column->read(object));
        }
        values.insert(values.end(), std::make_move_iterator(args.begin()),
                      std::make_move_iterator(args.end()));
        return tx.execute_values(
            "UPDATE " + table_ + " SET " + sets + " WHERE " + std::string(condition), values);
    }
    /// Sets every column.
    template <class... Args>
    int64_t update_all(Transaction& tx, const T& object, std::string_view condition,
                       const Args&... args) const {
        std::string sets;
        std::vector<Value> values;
        for (const auto& column : columns_) {
            sets += (sets.empty() ? "" : ", ") + column.name + " = ?";
            values.push_back(column.read(object));
        }
        for (Value v : {to_value(args)...}) {
            values.push_back(std::move(v));
        }
        return tx.execute_values(
            "UPDATE " + table_ + " SET " + sets + " WHERE " + std::string(condition), values);
    }
    bool has(std::string_view name) const { return find_column(name) != nullptr; }

private:
    const Column* find_column(std::string_view name) const {
        for (const auto& column : columns_) {
            if (column.name == name) {
                return &column;
            }
        }
        return nullptr;
    }
    std::string table_;
    std::vector<Column> columns_;
    std::string names_;
    std::string marks_;
};

}  // namespace welkin::sql
