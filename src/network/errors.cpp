#include "network/errors.h"

namespace welkin::network {

Error network_not_found(std::string_view id) {
    return not_found("Network {} could not be found.", id).named("NetworkNotFound");
}
Error subnet_not_found(std::string_view id) {
    return not_found("Subnet {} could not be found.", id).named("SubnetNotFound");
}
Error port_not_found(std::string_view id) {
    return not_found("Port {} could not be found.", id).named("PortNotFound");
}
Error group_not_found(std::string_view id) {
    return not_found("Security group {} does not exist", id).named("SecurityGroupNotFound");
}
Error rule_not_found(std::string_view id) {
    return not_found("Security group rule {} does not exist", id)
        .named("SecurityGroupRuleNotFound");
}

}  // namespace welkin::network
