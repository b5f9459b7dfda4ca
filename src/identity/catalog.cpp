#include "identity/catalog.h"

#include "core/base/text.h"

namespace welkin::identity {

std::string with_base(const std::string& url, std::string_view base) {
    return text::replace_all(url, "{base}", base);
}

std::optional<std::string> fill_url(const std::string& url, std::string_view base,
                                    std::string_view project_id, std::string_view user_id) {
    auto filled = with_base(url, base);
    const std::pair<std::string_view, std::string_view> marks[] = {
        {"(project_id)s", project_id}, {"(tenant_id)s", project_id}, {"(user_id)s", user_id}};
    for (const auto& [mark, value] : marks) {
        for (const auto sign : {"$", "%"}) {
            const auto spelled = sign + std::string(mark);
            if (filled.find(spelled) == std::string::npos) {
                continue;
            }
            if (value.empty()) {
                return std::nullopt;
            }
            filled = text::replace_all(std::move(filled), spelled, value);
        }
    }
    return filled;
}

}  // namespace welkin::identity
