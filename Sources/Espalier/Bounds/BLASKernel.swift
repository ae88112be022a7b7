internal import COpenBLAS
internal import Certificates

/// How OpenBLAS computes: with which of its kernels, and with what kind of threads.
///
/// OpenBLAS 0.3.21 does not know the newest processors and takes kernels from 2004 there, which are
/// two to four times slower. It reads its choices from the environment when it is loaded.
///
/// Debian has it with POSIX threads, with those of OpenMP and without threads. The first begin when
/// it is loaded and ask for work again and again, 70 ms of CPU time on two cores before they give
/// up; but only there can several threads of ours call it at the same time. The build without
/// threads has one piece of working memory for all callers, and that of OpenMP forgets in every new
/// thread that it is to use only one.
public enum BLASKernel {
  /// The variable that OpenBLAS reads.
  public static let variable = "OPENBLAS_CORETYPE"
  /// The variable from which it takes the number of its threads.
  public static let threadVariable = "OPENBLAS_NUM_THREADS"
  /// What OpenBLAS takes where it knows nothing better.
  static let oldest = "Prescott"

  /// The kernel in use.
  public static var chosen: String { String(cString: openblas_get_corename()) }

  /// Whether it has begun threads of its own that wait for work.
  public static var hasWaitingThreads: Bool {
    allowsThreads && openblas_get_num_threads() > 1
  }

  /// Whether several threads may call it at the same time and get what one thread gets.
  static var allowsThreads: Bool { openblas_get_parallel() == OPENBLAS_THREAD }

  /// How work with products of matrices is done: as asked where threads are allowed.
  static func concurrency(_ asked: Concurrency) -> Concurrency {
    allowsThreads ? asked : .serial
  }

  /// A kernel that suits a processor with these flags better; nil if the chosen one will do.
  ///
  /// - Parameter flags: The words of a line `flags` of `/proc/cpuinfo`.
  public static func better(than chosen: String, flags: some Sequence<Substring>) -> String? {
    guard chosen == oldest else { return nil }
    let flags = Set(flags)
    return better.first { flags.isSuperset(of: $0.flags) }?.kernel
  }

  /// Kernels, the best one first, and what they need.
  private static let better: [(kernel: String, flags: [Substring])] = [
    ("SkylakeX", ["avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl", "avx2", "fma"]),
    ("Haswell", ["avx2", "fma"]),
  ]
}
