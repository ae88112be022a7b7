internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Proved intervals as plain doubles, for guiding a search.
struct FloatIntervals {
  /// The lower ends, one list per layer.
  var lower: [[Double]]
  /// The upper ends, one list per layer.
  var upper: [[Double]]

  /// The open layers of a proof state.
  init(_ state: ProofState) {
    lower = state.intervals.map { $0.map(\.lower.approximation) }
    upper = state.intervals.map { $0.map(\.upper.approximation) }
  }

  /// What is known of a unit: on, off, or neither.
  func phase(of unit: UnitID) -> Phase? {
    if lower[unit.layer][unit.index] >= 0 { return .on }
    return upper[unit.layer][unit.index] <= 0 ? .off : nil
  }
}
