import Certificates
import Dispatch
import Synchronization

extension Concurrency {
  /// Work that threads share.
  static func threads(_ threadCount: Int) -> Concurrency {
    Concurrency { count, body in
      let next = Turn()
      DispatchQueue.concurrentPerform(iterations: threadCount) { _ in
        while let i = next.take(below: count) { body(i) }
      }
    }
  }
}

/// Indices in order, each for one thread.
private final class Turn: Sendable {
  private let next = Atomic<Int>(0)

  func take(below count: Int) -> Int? {
    let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return i < count ? i : nil
  }
}
