import Certificates
import Dispatch

/// Real threads for tests of what must not depend on them.
enum Threads {
  /// As many as the system gives.
  static let many = Concurrency { count, body in
    DispatchQueue.concurrentPerform(iterations: count) { body($0) }
  }
}
