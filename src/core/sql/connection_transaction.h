#pragma once
// ConnectionTransaction: a Transaction on a Connection that somebody else begins and ends.
// Internal to core/sql.
#include <functional>
#include <vector>

#include "core/sql/connection.h"

namespace welkin::sql {

class ConnectionTransaction final : public Transaction {
public:
    ConnectionTransaction(Database& owner, Connection& connection, Access access)
        : owner_(owner), connection_(connection), access_(access), now_(owner.env().now()) {}

    std::vector<Row> query_values(std::string_view sql, const std::vector<Value>& args) override {
        return connection_.query(sql, args, access_);
    }
    int64_t execute_values(std::string_view sql, const std::vector<Value>& args) override {
        return connection_.execute(sql, args, access_);
    }
    int64_t insert_values(std::string_view sql, const std::vector<Value>& args) override {
        connection_.execute(sql, args, access_);
        return connection_.inserted_key();
    }
    void after_commit(std::function<void()> action) override {
        actions_.push_back(std::move(action));
    }
    Time now() const override { return now_; }
    Database& database() override { return owner_; }

    /// What after_commit() gathered; its owner runs them.
    std::vector<std::function<void()>> take_actions() { return std::move(actions_); }

private:
    Database& owner_;
    Connection& connection_;
    Access access_;
    Time now_;
    std::vector<std::function<void()>> actions_;
};

}  // namespace welkin::sql
