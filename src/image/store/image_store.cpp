#include "image/store/image_store.h"

#include "core/base/error.h"
#include "core/sql/columns.h"

namespace welkin::image {

namespace {

const sql::Columns<Record> columns{"image_image",
                                   {{"id", &Record::id},
                                    {"name", &Record::name},
                                    {"status", &Record::status},
                                    {"visibility", &Record::visibility},
                                    {"owner", &Record::owner},
                                    {"disk_format", &Record::disk_format},
                                    {"container_format", &Record::container_format},
                                    {"size", &Record::size_bytes},
                                    {"virtual_size", &Record::virtual_size_bytes},
                                    {"checksum", &Record::md5},
                                    {"sha512", &Record::sha512},
                                    {"min_disk", &Record::min_disk_gb},
                                    {"min_ram", &Record::min_ram_mb},
                                    {"protected", &Record::is_protected},
                                    {"os_hidden", &Record::is_hidden},
                                    {"location", &Record::location},
                                    {"created_at", &Record::created_at},
                                    {"updated_at", &Record::updated_at},
                                    {"revision", &Record::revision}}};

/// A condition that grows, with its arguments.
struct Scope {
    std::string sql;
    std::vector<sql::Value> args;

    void add(std::string_view condition, std::initializer_list<std::string_view> values = {}) {
        sql += (sql.empty() ? "" : " AND ") + fmt::format("({})", condition);
        for (const auto value : values) {
            args.emplace_back(std::string(value));
        }
    }
};

Scope scope_of(const Viewer& viewer, const ImageQuery& query) {
    Scope scope;
    const std::string_view project = viewer.project;
    if (!viewer.admin) {
        std::string shared =
            "visibility = 'shared' AND EXISTS (SELECT 1 FROM image_member m "
            "WHERE m.image_id = image_image.id AND m.member = ?";
        if (query.member_status == "all") {
            scope.add("visibility IN ('public', 'community') OR owner = ? OR (" + shared + "))",
                      {project, project});
        } else {
            scope.add("visibility IN ('public', 'community') OR owner = ? OR (" + shared +
                          " AND m.status = ?))",
                      {project, project, query.member_status});
        }
    }
    if (query.visibility.empty()) {
        scope.add("visibility <> 'community' OR owner = ?", {project});
    } else if (query.visibility != "all") {
        scope.add("visibility = ?", {query.visibility});
    }
    for (const auto& tag : query.tags) {
        scope.add(
            "EXISTS (SELECT 1 FROM image_tag t WHERE t.image_id = image_image.id "
            "AND t.tag = ?)",
            {tag});
    }
    for (const auto& [name, value] : query.properties) {
        scope.add(
            "EXISTS (SELECT 1 FROM image_property p WHERE p.image_id = image_image.id "
            "AND p.name = ? AND p.value = ?)",
            {name, value});
    }
    return scope;
}

/// Fills in tags and properties of all of them.
void complete(sql::Transaction& tx, std::vector<Record>& images) {
    if (images.empty()) {
        return;
    }
    std::unordered_map<std::string, Record*> by_id;
    std::string marks;
    std::vector<sql::Value> ids;
    for (auto& image : images) {
        by_id.emplace(image.id.str(), &image);
        marks += marks.empty() ? "?" : ", ?";
        ids.emplace_back(image.id.str());
    }
    for (const auto& row : tx.query_values(
             fmt::format("SELECT image_id, tag FROM image_tag WHERE image_id IN ({}) ORDER BY tag",
                         marks),
             ids)) {
        by_id.at(row.text(0))->tags.push_back(row.text(1));
    }
    for (const auto& row : tx.query_values(
             fmt::format("SELECT image_id, name, value FROM image_property WHERE image_id IN ({})",
                         marks),
             ids)) {
        by_id.at(row.text(0))->properties.emplace(row.text(1), row.text(2));
    }
}

void insert_extras(sql::Transaction& tx, const Record& image) {
    for (const auto& tag : image.tags) {
        tx.execute("INSERT INTO image_tag (image_id, tag) VALUES (?, ?)", image.id, tag);
    }
    for (const auto& [name, value] : image.properties) {
        tx.execute("INSERT INTO image_property (image_id, name, value) VALUES (?, ?, ?)", image.id,
                   name, value);
    }
}

void erase_extras(sql::Transaction& tx, const ImageId& id) {
    tx.execute("DELETE FROM image_tag WHERE image_id = ?", id);
    tx.execute("DELETE FROM image_property WHERE image_id = ?", id);
}

bool is_member(sql::Transaction& tx, const ImageId& id, const ProjectId& project) {
    return tx.query_one("SELECT 1 FROM image_member WHERE image_id = ? AND member = ?", id, project)
        .has_value();
}

}  // namespace

std::optional<Record> ImageStore::find(sql::Transaction& tx, const ImageId& id) const {
    auto found = columns.select(tx, "WHERE id = ?", id);
    complete(tx, found);
    if (found.empty()) {
        return std::nullopt;
    }
    return std::move(found.front());
}

std::optional<Record> ImageStore::find(sql::Transaction& tx, const Viewer& viewer,
                                       const ImageId& id) const {
    auto found = find(tx, id);
    if (!found || viewer.admin || found->owner == viewer.project ||
        found->visibility == Visibility::is_public || found->visibility == Visibility::community) {
        return found;
    }
    if (found->visibility == Visibility::shared && is_member(tx, id, viewer.project)) {
        return found;
    }
    return std::nullopt;
}

Record ImageStore::get(sql::Transaction& tx, const Viewer& viewer, const ImageId& id) const {
    auto found = find(tx, viewer, id);
    if (!found) {
        throw not_found("No image found with ID {}", id);
    }
    return std::move(*found);
}

std::vector<Record> ImageStore::list(sql::Transaction& tx, const Viewer& viewer,
                                     const ImageQuery& query) const {
    auto scope = scope_of(viewer, query);
    const auto clause = sql::detail::page_clause(tx, columns.table(), "id", scope.sql,
                                                 std::move(scope.args), query.page);
    auto found = columns.select_values(tx, clause.sql, clause.args);
    complete(tx, found);
    return found;
}

void ImageStore::insert(sql::Transaction& tx, Record image) const {
    try {
        columns.insert(tx, image);
    } catch (const sql::ConstraintViolation& violation) {
        if (violation.kind == sql::ConstraintViolation::Kind::unique) {
            throw conflict("Image ID {} already exists!", image.id);
        }
        throw;
    }
    insert_extras(tx, image);
}

void ImageStore::update(sql::Transaction& tx, Record& image) const {
    const auto read = image.revision;
    image.revision = read + 1;
    image.updated_at = tx.now();
    if (columns.update_all(tx, image, "id = ? AND revision = ?", image.id, read) != 1) {
        throw conflict("Image {} was changed or deleted by another request; try again.", image.id);
    }
    erase_extras(tx, image.id);
    insert_extras(tx, image);
}

void ImageStore::erase(sql::Transaction& tx, const ImageId& id) const {
    tx.execute("DELETE FROM image_image WHERE id = ?", id);
    erase_extras(tx, id);
    tx.execute("DELETE FROM image_member WHERE image_id = ?", id);
    tx.execute("DELETE FROM image_task WHERE image_id = ?", id);
}

int64_t ImageStore::total_bytes(sql::Transaction& tx, const ProjectId& owner) const {
    return tx.query_one("SELECT COALESCE(SUM(size), 0) FROM image_image WHERE owner = ?", owner)
        ->integer(0);
}

}  // namespace welkin::image
