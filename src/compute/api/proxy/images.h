#pragma once
// Images as Nova showed them before clients spoke to the image service themselves: up to 2.35. Each
// call asks the image service on the caller's behalf and turns the answer round.
#include "compute/state.h"
#include "core/http/request.h"

namespace welkin::compute {

Task<http::Reply> list_images(http::Request& request, State& compute);
Task<http::Reply> list_images_detail(http::Request& request, State& compute);
Task<http::Reply> show_image(http::Request& request, State& compute);
Task<http::Reply> delete_image(http::Request& request, State& compute);

// In image_metadata.cpp: properties of one's own, up to 2.38.
Task<http::Reply> list_image_metadata(http::Request& request, State& compute);
Task<http::Reply> show_image_metadata(http::Request& request, State& compute);
Task<http::Reply> add_image_metadata(http::Request& request, State& compute);
Task<http::Reply> replace_image_metadata(http::Request& request, State& compute);
Task<http::Reply> set_image_metadata(http::Request& request, State& compute);
Task<http::Reply> delete_image_metadata(http::Request& request, State& compute);

/// Asks the image service below /image/v2/images.
Task<json::Value> ask_image(const http::Request& behalf, State& compute, http::Method method,
                            std::string path, json::Value body = {}, http::Headers headers = {});

/// What the image service shows of an image beside its own fields.
std::map<std::string, std::string> image_properties(const json::Value& image);

}  // namespace welkin::compute
