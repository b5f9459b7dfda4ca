#pragma once
// Upload: image data from a request into the store, so that whatever breaks leaves nothing behind.
//
//   begin_upload    one transaction: image queued → saving (or uploading), and a transfer row
//   receive_upload  stores, digests and inspects the stream, renewing the transfer's lease
//   finish_upload   one transaction: the data is the image's, the transfer row is gone
#include <functional>

#include "core/http/request.h"
#include "image/state.h"
#include "image/transfer/receive.h"

namespace welkin::image {

struct Upload {
    Transfer transfer;
    Record image;             ///< as it was when the upload began
    uint64_t most_bytes = 0;  ///< what its limits leave
};

/// Authorizes the request too. Throws conflict() unless the image is queued.
Task<Upload> begin_upload(http::Request& request, State& state, Status during);

/// Reads the request's body. If it throws, the image is queued again and the data is gone.
Task<transfer::Received> receive_upload(http::Request& request, State& state, const Upload& upload);

/// Runs `take` on the image as it is now, in one transaction. If that throws, as above.
Task<void> finish_upload(http::Request& request, State& state, const Transfer& transfer,
                         std::function<void(sql::Transaction&, Record& image)> take);

/// Makes the data the image's and the image active.
void activate(sql::Transaction& tx, State& state, const history::Author& author, Record& image,
              const Transfer& transfer);

/// Throws over_limit() if the project's images would take more than they may.
void check_quota(sql::Transaction& tx, const State& state, const ProjectId& owner,
                 int64_t more_bytes);

/// The image or its upload is gone, so the data has no place to go.
Error upload_is_gone(const ImageId& id);

}  // namespace welkin::image
