internal import Certificates
internal import Dispatch

/// Does large pieces of work on several threads, each as soon as one is free.
enum Threads {
  /// Work on `count` threads.
  static func concurrency(_ count: Int) -> Concurrency {
    if count == 1 { return .serial }
    return Concurrency { workCount, body in
      let next = SharedCounter()
      DispatchQueue.concurrentPerform(iterations: min(workCount, count)) { _ in
        while let i = next.take(below: workCount) { body(i) }
      }
    }
  }
}
