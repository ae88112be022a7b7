import Certificates
import ExactArithmetic
import NeuralNetwork

/// The signs that units have when every operation is rounded, at some inputs of a domain.
struct FloatSigns {
  /// How many corners are looked at, and how many inputs between any two of them.
  private static let counts = (corners: 8, steps: 8)

  private let network: Network
  /// Inputs of the domain that are numbers of the scalar type.
  private let inputs: [[Double]]

  /// Looks at inputs between the corners of cells.
  init(_ network: Network, _ cells: ExactCells, _ domain: InputDomain) {
    let step = max(1, cells.corners.count / Self.counts.corners)
    let corners = stride(from: 0, to: cells.corners.count, by: step).map { i in
      let corner = cells.corners[i]
      return corner.numerators.map { $0.approximation / corner.denominator.approximation }
    }
    let inputs = corners.indices.flatMap { i in
      (0...i).flatMap { j in
        (0...Self.counts.steps).map { k in
          let share = Double(k) / Double(Self.counts.steps)
          return zip(corners[i], corners[j]).map { a, b in
            let x = a + (b - a) * share
            return network.scalarType == .float32 ? Double(Float(x)) : x
          }
        }
      }
    }
    self.network = network
    self.inputs = inputs.filter { Truth.contains(domain, $0.map { Dyadic($0) }) }
  }

  /// False if one of the inputs shows that a float-safe verdict is false.
  func agree(with verdict: Verdict) -> Bool {
    inputs.allSatisfy { input in
      let values =
        network.scalarType == .float32
        ? Self.preactivations(of: network, at: input.map { Float($0) }).map { $0.map(Double.init) }
        : Self.preactivations(of: network, at: input)
      let z = values[verdict.unit.layer][verdict.unit.index]
      return verdict.stability == .stablyInactive ? z <= 0 : z >= 0
    }
  }

  /// Every pre-activation at an input, summed up from the first input to the last.
  private static func preactivations<Number: BinaryFloatingPoint>(
    of network: Network, at input: [Number]
  ) -> [[Number]] {
    var inputs = input
    return network.layers.map { layer in
      let values = (0..<layer.unitCount).map { i in
        zip(layer.weights.row(i), inputs).reduce(Number(layer.biases[i])) {
          $0 + Number($1.0) * $1.1
        }
      }
      inputs = zip(values, layer.activations).map { $1 == .relu ? max($0, 0) : $0 }
      return values
    }
  }
}
