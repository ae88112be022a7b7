internal import Synchronization

/// How pieces of work that do not depend on each other are done.
///
/// The libraries start no threads. Whoever has some says so here; results do not depend on it.
public struct Concurrency: Sendable {
  /// Calls its second argument once with every index below its first, in any order and perhaps
  /// at the same time, and returns when all calls have returned.
  public typealias Loop = @Sendable (Int, @Sendable (Int) -> Void) -> Void

  /// One after the other.
  public static let serial = Concurrency { count, body in (0..<count).forEach(body) }

  private let loop: Loop

  /// Work that is done by a loop.
  public init(_ loop: @escaping Loop) { self.loop = loop }

  /// The results of `transform` for every index below `count`, in order.
  package func map<Element: Sendable>(
    count: Int, _ transform: @Sendable (Int) -> Element
  ) -> [Element] {
    let results = Mutex([Element?](repeating: nil, count: count))
    loop(count) { i in
      let result = transform(i)
      results.withLock { $0[i] = result }
    }
    let elements = results.withLock { $0.compactMap(\.self) }
    precondition(elements.count == count, "a loop of \(count) left something out")
    return elements
  }
}
