#pragma once
// FakeDisplay: the VNC display of a guest that does not exist: a black picture of one pixel.
// Source: RFC 6143 (RFB 3.8), as far as a client goes that connects and looks.
#include <memory>
#include <string>

#include "core/async/stream.h"

namespace welkin::compute {

/// The client's end of a connection to it, greeted already. Every write answers at once.
std::unique_ptr<async::Stream> make_fake_display(std::string name);

}  // namespace welkin::compute
