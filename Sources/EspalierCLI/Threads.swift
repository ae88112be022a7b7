internal import Certificates
internal import Dispatch
internal import Glibc
internal import Workers

/// Does large pieces of work on several threads, each as soon as one is free.
enum Threads {
  /// The number of threads or processes that a value of `--jobs` asks for; 0 is one per core.
  static func count(asked jobs: Int) -> Int {
    jobs > 0 ? jobs : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// Work on `count` threads.
  static func concurrency(_ count: Int) -> Concurrency {
    if count == 1 { return .serial }
    return Concurrency { workCount, body in
      run(workCount, body, threadCount: min(workCount, count))
    }
  }

  /// Work on this thread and on as many more as other workers can do without.
  static func concurrency(_ spareJobs: SpareJobs) -> Concurrency {
    Concurrency { workCount, body in
      var threadCount = 1
      while threadCount < workCount && spareJobs.take() { threadCount += 1 }
      defer { for _ in 1..<threadCount { spareJobs.give() } }
      run(workCount, body, threadCount: threadCount)
    }
  }

  private static func run(
    _ workCount: Int, _ body: @Sendable (Int) -> Void, threadCount: Int
  ) {
    let next = SharedCounter()
    DispatchQueue.concurrentPerform(iterations: threadCount) { _ in
      while let i = next.take(below: workCount) { body(i) }
    }
  }
}
