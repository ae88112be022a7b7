import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork

@testable import Espalier

/// The point of an encoding that stands for an input.
enum EncodedPoint {
  /// All columns at their true values; a unit at 0 counts as on if `zeroIsOn`.
  static func columns(
    of encoding: TriangleRelaxation, input: [Dyadic], state: ProofState, zeroIsOn: Bool
  ) -> [Double] {
    var columns = [Double](repeating: 0, count: encoding.columns.count)
    for (t, value) in input.enumerated() { columns[t] = value.approximation }
    let values = state.network.preactivations(at: input)
    for (k, layer) in encoding.units.enumerated() {
      for (i, entry) in layer.enumerated() {
        let z = values[k][i].approximation
        if let column = entry.preactivation { columns[column] = z }
        if let column = entry.postactivation { columns[column] = max(z, 0) }
        if let column = entry.binary { columns[column] = z > 0 || z == 0 && zeroIsOn ? 1 : 0 }
      }
    }
    return columns
  }

  /// The state of a network with its interval bounds up to the last layer.
  static func state(of network: Network, on domain: InputDomain) -> ProofState {
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    return state
  }
}
