internal import Synchronization

/// Hands out numbers to several threads, each once.
final class SharedCounter: Sendable {
  private let value = Atomic<Int>(0)

  /// The next number, or nil if there is none below `limit`.
  func take(below limit: Int) -> Int? {
    let taken = value.wrappingAdd(1, ordering: .relaxed).oldValue
    return taken < limit ? taken : nil
  }
}
