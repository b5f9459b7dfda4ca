#pragma once
// PolicyDocument: a document that some program keeps in identity for others to fetch. What it says
// is between them; who may do what in this cloud is in policy.cpp.
#include <string>

#include "core/base/id.h"
#include "core/json/json.h"

namespace welkin::identity {

using PolicyDocumentId = Id<struct PolicyDocumentTag>;

struct PolicyDocument {
    PolicyDocumentId id;
    std::string type;  ///< its MIME type
    std::string blob;
    json::Value extra{json::Object{}};
};

}  // namespace welkin::identity
