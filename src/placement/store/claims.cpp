// store/claims.cpp: who holds what of a host, table placement_claim.
//
// The host's row carries what is used of it. Every change of it is one UPDATE whose WHERE says what
// must still hold, so that databases which let transactions overlap cannot overcommit a host: the
// second one waits for the row and then looks at it again.
#include "placement/placement.h"

namespace welkin::placement {

namespace {

struct Claim {
    HostName host;
    Resources held;
};

std::optional<Claim> find_claim(sql::Transaction& tx, std::string_view consumer) {
    const auto row = tx.query_one(
        "SELECT host, vcpus, memory_mb, disk_gb FROM placement_claim WHERE consumer = ?", consumer);
    if (!row) {
        return std::nullopt;
    }
    return Claim{.host = row->get<HostName>(0),
                 .held = {row->integer(1), row->integer(2), row->integer(3)}};
}

/// Adds `delta` to what the host's row says is used, if what grows still fits.
bool add_use(sql::Transaction& tx, const HostName& host, const Resources& delta, int claims) {
    std::string sql =
        "UPDATE placement_host SET used_vcpus = used_vcpus + ?, "
        "used_memory_mb = used_memory_mb + ?, used_disk_gb = used_disk_gb + ?, "
        "claims = claims + ?, generation = generation + 1 WHERE host = ?";
    std::vector<sql::Value> values = {delta.vcpus, delta.memory_mb, delta.disk_gb, int64_t{claims},
                                      host.str()};
    // What does not grow may stay above a capacity that shrank under it.
    const auto must_fit = [&](std::string_view name, int64_t more) {
        if (more > 0) {
            sql += fmt::format(" AND used_{0} + ? <= capacity_{0}", name);
            values.emplace_back(more);
        }
    };
    must_fit("vcpus", delta.vcpus);
    must_fit("memory_mb", delta.memory_mb);
    must_fit("disk_gb", delta.disk_gb);
    return tx.execute_values(sql, values) == 1;
}

Resources minus(const Resources& a, const Resources& b) {
    return {a.vcpus - b.vcpus, a.memory_mb - b.memory_mb, a.disk_gb - b.disk_gb};
}

/// The claim was changed between our look at it and our change of it.
Error changed_meanwhile(std::string_view consumer) {
    return conflict("The claim of {} was changed by another request; try again.", consumer);
}

}  // namespace

bool Placement::claim(sql::Transaction& tx, std::string_view consumer, const HostName& host,
                      const Resources& resources, const ProjectId& project) {
    CHECK(resources.vcpus >= 0 && resources.memory_mb >= 0 && resources.disk_gb >= 0);
    const auto before = find_claim(tx, consumer);
    const bool stays = before && before->host == host;
    const auto delta = stays ? minus(resources, before->held) : resources;
    if (!add_use(tx, host, delta, stays ? 0 : 1)) {
        return false;
    }
    if (!before) {
        tx.execute(
            "INSERT INTO placement_claim (consumer, host, vcpus, memory_mb, disk_gb, project_id) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            consumer, host, resources.vcpus, resources.memory_mb, resources.disk_gb, project);
        return true;
    }
    const auto& held = before->held;
    if (stays && resources == held) {
        return true;
    }
    const auto replaced = tx.execute(
        "UPDATE placement_claim SET host = ?, vcpus = ?, memory_mb = ?, disk_gb = ?, "
        "project_id = ? WHERE consumer = ? AND host = ? AND vcpus = ? AND memory_mb = ? "
        "AND disk_gb = ?",
        host, resources.vcpus, resources.memory_mb, resources.disk_gb, project, consumer,
        before->host, held.vcpus, held.memory_mb, held.disk_gb);
    if (replaced != 1) {
        throw changed_meanwhile(consumer);
    }
    if (!stays) {
        CHECK(add_use(tx, before->host, minus({}, held), -1));
    }
    return true;
}

void Placement::release(sql::Transaction& tx, std::string_view consumer) {
    const auto before = find_claim(tx, consumer);
    if (!before) {
        return;
    }
    const auto& held = before->held;
    const auto removed = tx.execute(
        "DELETE FROM placement_claim WHERE consumer = ? AND host = ? AND vcpus = ? "
        "AND memory_mb = ? AND disk_gb = ?",
        consumer, before->host, held.vcpus, held.memory_mb, held.disk_gb);
    if (removed != 1) {
        throw changed_meanwhile(consumer);
    }
    CHECK(add_use(tx, before->host, minus({}, held), -1));
}

std::optional<std::pair<HostName, Resources>> Placement::claim_of(sql::Transaction& tx,
                                                                  std::string_view consumer) {
    auto found = find_claim(tx, consumer);
    if (!found) {
        return std::nullopt;
    }
    return std::pair{std::move(found->host), found->held};
}

std::vector<std::string> Placement::consumers(sql::Transaction& tx) {
    std::vector<std::string> found;
    for (const auto& row : tx.query("SELECT consumer FROM placement_claim ORDER BY consumer")) {
        found.push_back(row.text(0));
    }
    return found;
}

}  // namespace welkin::placement
