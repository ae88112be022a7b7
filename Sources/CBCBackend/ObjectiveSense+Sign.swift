internal import MILP

/// The shim only minimizes: a maximization goes there with all signs changed.
extension ObjectiveSense {
  /// The value in the sense of the shim, and back: the sign change is its own inverse.
  func minimized(_ value: Double) -> Double {
    switch self {
    case .minimize: value
    case .maximize: -value
    }
  }

  /// The values in the sense of the shim, and back.
  func minimized(_ values: [Double]) -> [Double] { values.map { minimized($0) } }
}
