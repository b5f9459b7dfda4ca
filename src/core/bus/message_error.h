#pragma once
// How an exception travels over a bus: as JSON with the fault, the sentence and the wire's name for
// it, so that every kind of bus carries the same.
#include <exception>

#include "core/base/error.h"
#include "core/json/json.h"

namespace welkin::bus {

/// {"fault": "not_found", "message": ..., "type": ..., "cause": ...}
json::Value error_to_json(const std::exception_ptr& error);
/// What the other side threw; internal() if it cannot be read.
Error error_from_json(const json::Value& value);

}  // namespace welkin::bus
