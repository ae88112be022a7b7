import Certificates
import ExactArithmetic
import NeuralNetwork

/// What a network and its pruned form really answer, at the corners of their cells and in
/// floating point where corners are points of the stored type.
struct PruningTruth {
  private let networks: [Network]
  private let corners: [Place]

  init(_ network: Network, _ result: Network, _ cells: ExactCells) {
    networks = [network, result]
    corners = cells.corners
  }

  /// Which of the claims about a class and about runtimes are false.
  func falseClaims(of pruning: Pruning) -> [String] {
    var claims: [String] = []
    if let argmax = pruning.argmax, !isTrue(argmax) { claims.append("argmax") }
    if let bounds = pruning.floatDifference, !isTrue(bounds) { claims.append("floatDifference") }
    return claims
  }

  /// Between corners both are affine, so that the lead of one output is smallest at a corner.
  private func isTrue(_ argmax: Pruning.Argmax) -> Bool {
    networks.allSatisfy { network in
      let isIdentity = network.layers.last?.activations.allSatisfy { $0 == .identity } ?? false
      return isIdentity && network.outputCount > 1 && argmax.outputClass < network.outputCount
        && corners.allSatisfy { corner in
          let values = ExactCells.preactivations(of: network, at: corner).last ?? []
          return values.indices.allSatisfy {
            $0 == argmax.outputClass || values[$0] < values[argmax.outputClass]
          }
        }
    }
  }

  private func isTrue(_ bounds: [Dyadic]) -> Bool {
    guard bounds.count == networks[0].outputCount else { return false }
    return networks[0].scalarType == .float32
      ? isTrue(bounds, in: Float.self) : isTrue(bounds, in: Double.self)
  }

  private func isTrue<Number: BinaryFloatingPoint>(
    _ bounds: [Dyadic], in type: Number.Type
  ) -> Bool {
    corners.allSatisfy { corner in
      guard let inputs = Self.stored(corner, in: type) else { return true }
      let values = networks.map { Self.outputs(of: $0, at: inputs) }
      return bounds.indices.allSatisfy { i in
        let (old, new) = (values[0][i], values[1][i])
        guard old.isFinite, new.isFinite else { return false }
        return (Dyadic(Double(old)) - Dyadic(Double(new))).magnitude <= bounds[i]
      }
    }
  }

  /// The corner in stored numbers, if it is there.
  private static func stored<Number: BinaryFloatingPoint>(
    _ corner: Place, in type: Number.Type
  ) -> [Number]? {
    let inputs = corner.numerators.compactMap { number -> Number? in
      let value = Number(number.approximation / corner.denominator.approximation)
      guard value.isFinite else { return nil }
      return Dyadic(Double(value)) * corner.denominator == number ? value : nil
    }
    return inputs.count == corner.numerators.count ? inputs : nil
  }

  private static func outputs<Number: BinaryFloatingPoint>(
    of network: Network, at inputs: [Number]
  ) -> [Number] {
    network.layers.reduce(inputs) { inputs, layer in
      (0..<layer.unitCount).map { i in
        let sum = zip(layer.weights.row(i), inputs).reduce(Number(0)) { $0 + Number($1.0) * $1.1 }
        let value = sum + Number(layer.biases[i])
        return layer.activations[i] == .relu ? max(value, 0) : value
      }
    }
  }
}
