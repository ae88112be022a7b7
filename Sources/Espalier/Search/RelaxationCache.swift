internal import Certificates
internal import ExactArithmetic
internal import MILP

/// Keeps the loaded relaxation of the layer that is being decided.
final class RelaxationCache {
  private var layer = -1
  private var intervals: [[Interval]] = []
  private var session: RelaxationSession?

  /// The relaxation for targets in a layer; nil if its numbers are not fit for the solver.
  func session(layer k: Int, state: ProofState, engine: any LPEngine) -> RelaxationSession? {
    let below = Array(state.intervals[..<k])
    if k != layer || below != intervals {
      layer = k
      intervals = below
      session = RelaxationSession(
        TriangleRelaxation(
          network: state.network.network, domain: state.domain, intervals: FloatIntervals(state),
          layer: k),
        engine: engine)
    }
    return session
  }
}
