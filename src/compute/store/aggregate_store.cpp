#include "compute/store/aggregate_store.h"

#include "core/sql/columns.h"

namespace welkin::compute {

namespace {

const sql::Columns<Aggregate> columns{"compute_aggregate",
                                      {{"id", &Aggregate::id},
                                       {"uuid", &Aggregate::uuid},
                                       {"name", &Aggregate::name},
                                       {"metadata", &Aggregate::metadata},
                                       {"hosts", &Aggregate::hosts},
                                       {"created_at", &Aggregate::created_at},
                                       {"updated_at", &Aggregate::updated_at}}};

}  // namespace

void AggregateStore::insert(sql::Transaction& tx, Aggregate& aggregate) {
    aggregate.created_at = tx.now();
    try {
        // The database gives the number, and never one that a deleted aggregate had.
        aggregate.id = tx.insert(
            "INSERT INTO compute_aggregate (uuid, name, metadata, hosts, created_at) "
            "VALUES (?, ?, '', '', ?)",
            aggregate.uuid, aggregate.name, aggregate.created_at);
        columns.update_all(tx, aggregate, "id = ?", aggregate.id);
    } catch (const sql::ConstraintViolation&) {
        throw conflict("Aggregate {} already exists.", aggregate.name);
    }
}

Aggregate AggregateStore::get(sql::Transaction& tx, int64_t id) {
    if (auto aggregate = columns.find(tx, "id = ?", id)) {
        return std::move(*aggregate);
    }
    throw not_found("Aggregate {} could not be found.", id);
}

std::vector<Aggregate> AggregateStore::list(sql::Transaction& tx) {
    return columns.select(tx, "ORDER BY id");
}

void AggregateStore::update(sql::Transaction& tx, Aggregate& aggregate) {
    aggregate.updated_at = tx.now();
    try {
        columns.update_all(tx, aggregate, "id = ?", aggregate.id);
    } catch (const sql::ConstraintViolation&) {
        throw conflict("Aggregate {} already exists.", aggregate.name);
    }
}

void AggregateStore::erase(sql::Transaction& tx, int64_t id) {
    tx.execute("DELETE FROM compute_aggregate WHERE id = ?", id);
}

std::map<std::string, std::string> AggregateStore::zones(sql::Transaction& tx) {
    std::map<std::string, std::string> zone_of_host;
    for (const auto& aggregate : list(tx)) {
        if (const auto zone = aggregate.zone(); !zone.empty()) {
            for (const auto& host : aggregate.hosts) {
                zone_of_host[host] = zone;
            }
        }
    }
    return zone_of_host;
}

}  // namespace welkin::compute
