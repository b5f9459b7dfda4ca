#include "core/json/fields.h"

#include "core/base/text.h"

namespace welkin::json {

namespace {

/// What a lenient row takes for its kind, or the value as it is.
Value loosened(const Value& value, Kind kind) {
    if (kind == Kind::integer && value.is_string()) {
        if (const auto number = text::to_integer(value.as_string())) {
            return *number;
        }
    }
    if (kind == Kind::boolean) {
        if (value.is_integer() && (value.as_integer() == 0 || value.as_integer() == 1)) {
            return value.as_integer() == 1;
        }
        if (value.is_string()) {
            if (const auto boolean = text::to_boolean(value.as_string())) {
                return *boolean;
            }
        }
    }
    if (kind == Kind::text && value.is_number()) {
        return to_string(value);
    }
    return value;
}

Form wire_form(const Rules& rules) {
    return rules.marked(Mark::time_micros) ? Form::wire_micros
           : rules.marked(Mark::time_bare) ? Form::wire_bare
                                           : Form::wire;
}

void* member_at(void* object, const FieldRow& row) {
    return static_cast<char*>(object) + row.offset;
}

const void* member_at(const void* object, const FieldRow& row) {
    return static_cast<const char*>(object) + row.offset;
}

bool is_required(const FieldRow& row, const View& view) {
    return row.rules.marked(Mark::required) ||
           (row.rules.required_since && *row.rules.required_since <= view.version);
}

void need_object(const Value& body, const std::string& name) {
    if (!body.is_object()) {
        throw bad_request("'{}' must be an object, not {}.", name, describe(body));
    }
}

}  // namespace

bool FieldRow::exists(const View& view) const {
    return rules.exists.contains(view.version) && !rules.marked(Mark::stored);
}

bool FieldRow::shown(const View& view) const {
    return exists(view) && rules.shown_since <= view.version && !rules.marked(Mark::write_only) &&
           (view.admin || !rules.marked(Mark::admin_only));
}

bool FieldRow::accepted(const View& view) const {
    return type != nullptr && exists(view) && rules.accepted_since <= view.version &&
           !rules.marked(Mark::read_only);
}

FieldTable::FieldTable(const char* singular, const char* plural, std::vector<FieldRow> rows,
                       Unknown unknown)
    : singular_(singular), plural_(plural), rows_(std::move(rows)), unknown_(unknown) {
    std::map<std::string, int> seen;
    for (auto& row : rows_) {
        Writer(row.key).key(row.name);
        const int before = seen[row.name]++;
        row.saved_as = before == 0 ? row.name : fmt::format("{}#{}", row.name, before);
    }
}

const FieldRow* FieldTable::find_accepting(std::string_view name, const View& view,
                                           Purpose purpose) const {
    bool only_shown = false;
    for (const auto& row : rows_) {
        if (row.name != name) {
            continue;
        }
        if (row.accepted(view)) {
            if (purpose == Purpose::update && row.rules.marked(Mark::create_only)) {
                throw bad_request("'{}' cannot be changed once it is created.", name);
            }
            return &row;
        }
        only_shown |= row.shown(view) && row.rules.marked(Mark::read_only);
    }
    if (unknown_ == Unknown::ignore) {
        return nullptr;
    }
    if (only_shown) {
        throw bad_request("'{}' is read-only and cannot be set.", name);
    }
    std::vector<std::string> allowed;
    for (const auto& row : rows_) {
        if (row.accepted(view) &&
            (purpose == Purpose::create || !row.rules.marked(Mark::create_only))) {
            allowed.push_back(row.name);
        }
    }
    throw bad_request(
        "Additional properties are not allowed ('{}' was unexpected). Allowed are: {}.", name,
        text::join(allowed, ", "));
}

void FieldTable::set(const FieldRow& row, void* object, const Value& given) const {
    std::optional<Value> loose;
    if (row.rules.marked(Mark::lenient)) {
        loose = loosened(given, row.type->kind);
    }
    const Value& value = loose ? *loose : given;
    if (!value.is_null()) {
        for (const auto& check : row.rules.checks) {
            check.check(row.name, value);
        }
    }
    row.type->read(member_at(object, row), value, row.name, Form::wire);
}

void FieldTable::parse(void* object, const Value& body, const View& view) const {
    need_object(body, singular_);
    for (const auto& [name, value] : body.as_object()) {
        if (const auto* row = find_accepting(name, view, Purpose::create)) {
            set(*row, object, value);
        }
    }
    for (const auto& row : rows_) {
        if (!row.accepted(view) || body.find(row.name) != nullptr) {
            continue;
        }
        if (is_required(row, view)) {
            throw bad_request("'{}' is a required property.", row.name);
        }
        if (row.rules.default_value) {
            row.type->read(member_at(object, row), *row.rules.default_value, row.name, Form::wire);
        }
    }
}

std::vector<std::string> FieldTable::update(void* object, const Value& body,
                                            const View& view) const {
    need_object(body, singular_);
    std::vector<std::string> columns;
    for (const auto& [name, value] : body.as_object()) {
        if (const auto* row = find_accepting(name, view, Purpose::update)) {
            set(*row, object, value);
            columns.push_back(row->rules.column);
        }
    }
    return columns;
}

std::vector<const FieldRow*> FieldTable::shown_rows(const View& view) const {
    std::vector<const FieldRow*> shown;
    shown.reserve(rows_.size());
    for (const auto& row : rows_) {
        if (row.shown(view) && (view.only.empty() || view.only.contains(row.name))) {
            shown.push_back(&row);
        }
    }
    return shown;
}

void FieldTable::write_rows(Writer& writer, const std::vector<const FieldRow*>& rows,
                            const void* object, const View& view) const {
    writer.begin_object();
    for (const auto* row : rows) {
        if (row->type == nullptr) {
            writer.rendered_key(row->key);
            row->compute(writer, object, view);
            continue;
        }
        const void* member = member_at(object, *row);
        if (row->rules.marked(Mark::hidden_when_empty) && row->type->is_empty(member)) {
            continue;
        }
        writer.rendered_key(row->key);
        row->type->write(writer, member, wire_form(row->rules));
    }
    writer.end_object();
}

void FieldTable::write(Writer& writer, const void* object, const View& view) const {
    write_rows(writer, shown_rows(view), object, view);
}

Text FieldTable::show(const void* object, const View& view) const {
    Text out;
    Writer writer(out.value);
    writer.begin_object().key(singular_);
    write(writer, object, view);
    writer.end_object();
    return out;
}

Text FieldTable::list(const void* first, size_t count, size_t stride, const View& view,
                      const std::function<void(Writer&)>& tail) const {
    Text out;
    const auto rows = shown_rows(view);
    out.value.reserve(64 + count * rows.size() * 32);
    Writer writer(out.value);
    writer.begin_object().key(plural_).begin_array();
    for (size_t i = 0; i < count; ++i) {
        write_rows(writer, rows, static_cast<const char*>(first) + i * stride, view);
    }
    writer.end_array();
    if (tail) {
        tail(writer);
    }
    writer.end_object();
    return out;
}

Value FieldTable::save(const void* object) const {
    Object saved;
    for (const auto& row : rows_) {
        if (row.type != nullptr) {
            std::string text;
            Writer writer(text);
            row.type->write(writer, member_at(object, row), Form::saved);
            saved.emplace_back(row.saved_as, json::parse(text));
        }
    }
    return saved;
}

void FieldTable::load(void* object, const Value& saved) const {
    try {
        need_object(saved, singular_);
        for (const auto& row : rows_) {
            const auto* value = row.type == nullptr ? nullptr : saved.find(row.saved_as);
            if (value != nullptr) {
                row.type->read(member_at(object, row), *value, row.name, Form::saved);
            }
        }
    } catch (const Error& error) {
        throw internal("A saved {} cannot be read: {}", singular_, error.message);
    }
}

}  // namespace welkin::json
