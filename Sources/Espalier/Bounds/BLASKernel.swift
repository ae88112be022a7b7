internal import COpenBLAS

/// How OpenBLAS computes: with which of its kernels, and whether with threads.
///
/// OpenBLAS 0.3.21 does not know the newest processors and takes kernels from 2004 there, which are
/// two to four times slower. Its threads wait for work by asking again and again: 70 ms of CPU time
/// on two cores before they give up. It reads its choices from the environment when it is loaded.
public enum BLASKernel {
  /// The variable that OpenBLAS reads.
  public static let variable = "OPENBLAS_CORETYPE"
  /// The variable from which it takes the number of its threads.
  public static let threadVariable = "OPENBLAS_NUM_THREADS"
  /// What OpenBLAS takes where it knows nothing better.
  static let oldest = "Prescott"

  /// The kernel in use.
  public static var chosen: String { String(cString: openblas_get_corename()) }

  /// Whether it has begun threads of its own; Debian has OpenBLAS with and without.
  public static var hasThreads: Bool { openblas_get_num_threads() > 1 }

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
