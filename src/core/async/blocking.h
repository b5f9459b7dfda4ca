#pragma once
// For long jobs on blocking threads.

namespace welkin::async {

/// True on a blocking thread whose loops are ending, which waits for the job: long ones should look
/// now and then, and give up.
bool blocking_should_end();

}  // namespace welkin::async
