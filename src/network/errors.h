#pragma once
// The errors that clients know by name, here where more than one file throws them.
#include "core/base/error.h"

namespace welkin::network {

Error network_not_found(std::string_view id);
Error subnet_not_found(std::string_view id);
Error port_not_found(std::string_view id);
Error group_not_found(std::string_view id);
Error rule_not_found(std::string_view id);

template <class... Args>
Error invalid_input(fmt::format_string<Args...> text, Args&&... args) {
    return Error(Fault::bad_request,
                 "Invalid input for operation: " + fmt::format(text, std::forward<Args>(args)...))
        .named("InvalidInput");
}

}  // namespace welkin::network
