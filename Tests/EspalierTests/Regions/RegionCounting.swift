import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport

@testable import Espalier

/// The number of regions of tiny networks: every pattern of the open units, by an exact program.
enum RegionCounting {
  /// The patterns that have a region.
  static func patterns(_ state: ProofState, layerCount: Int) -> Set<OpenUnitPattern> {
    let openUnits = ExactProgram.openUnits(state: state, below: layerCount, phases: [:])
    precondition(openUnits.count <= 14, "\(openUnits.count) units are too many")
    let patterns = (0..<1 << openUnits.count).map { bits in
      OpenUnitPattern(isOn: openUnits.indices.map { bits >> $0 & 1 == 1 })
    }
    return Set(
      patterns.filter { pattern in
        let cell = PatternCell(state: state, openUnits: openUnits, pattern: pattern)
        if case .region = cell.decide() { return true }
        return false
      })
  }

  /// The intervals of all layers by propagation alone.
  static func propagated(_ network: Network, _ domain: InputDomain) -> ProofState {
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    return state
  }

  /// A network of the given widths with weights from -1 to 1 that no tie has.
  static func network(_ widths: [Int], seed: UInt64, identityShare: Double = 0) throws -> Network {
    var generator = SplitMix64(seed: seed)
    let layers = widths.indices.dropFirst().map { k in
      let weights = (0..<widths[k] * widths[k - 1]).map { _ in
        Double(Float.random(in: -1...1, using: &generator))
      }
      let biases = (0..<widths[k]).map { _ in
        Double(Float.random(in: -0.5...0.5, using: &generator))
      }
      let activations = biases.map { _ -> Activation in
        Double.random(in: 0..<1, using: &generator) < identityShare ? .identity : .relu
      }
      return Layer(
        weights: Matrix(rowCount: widths[k], columnCount: widths[k - 1], elements: weights),
        biases: biases, activations: activations)
    }
    return try Network(layers: layers, scalarType: .float32)
  }
}
