internal import Certificates
internal import Dispatch
internal import Glibc

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
      let next = SharedCounter()
      DispatchQueue.concurrentPerform(iterations: min(workCount, count)) { _ in
        while let i = next.take(below: workCount) { body(i) }
      }
    }
  }
}
