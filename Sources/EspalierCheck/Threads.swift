internal import Certificates
internal import Dispatch

/// Evaluates leaves on several threads.
enum Threads {
  /// Work on `count` threads.
  static func concurrency(_ count: Int) -> Concurrency {
    if count == 1 { return .serial }
    return Concurrency { workCount, body in
      // Few long stretches: a leaf is too little work to be handed out on its own.
      let stretchCount = min(workCount, count)
      DispatchQueue.concurrentPerform(iterations: stretchCount) { stretch in
        for i in stride(from: stretch, to: workCount, by: stretchCount) { body(i) }
      }
    }
  }
}
