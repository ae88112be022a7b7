import Certificates
import ExactArithmetic
import NeuralNetwork

/// The signs that units of a float32 network have when every operation is rounded.
enum FloatSigns {
  /// False if one of a few hundred inputs of a line shows that a float-safe verdict is false.
  static func agree(with verdict: Verdict, _ line: ExactLine) -> Bool {
    guard let first = line.places.first, let last = line.places.last else { return false }
    let start = Float(first.approximation)
    let end = Float(last.approximation)
    let inputs = (0...256).map { start + (end - start) * Float($0) / 256 }
    return (inputs + [start.nextUp, end.nextDown]).filter { x in
      x.isFinite && !(first > Dyadic(Double(x))) && !(last < Dyadic(Double(x)))
    }.allSatisfy { x in
      let z = preactivations(of: line.network, at: x)[verdict.unit.layer][verdict.unit.index]
      return verdict.stability == .stablyInactive ? z <= 0 : z >= 0
    }
  }

  /// Every pre-activation at a float32 input, summed up from the first input to the last.
  private static func preactivations(of network: Network, at x: Float) -> [[Float]] {
    var inputs = [x]
    return network.layers.map { layer in
      let values = (0..<layer.unitCount).map { i in
        zip(layer.weights.row(i), inputs).reduce(Float(layer.biases[i])) {
          $0 + Float($1.0) * $1.1
        }
      }
      inputs = zip(values, layer.activations).map { $1 == .relu ? max($0, 0) : $0 }
      return values
    }
  }
}

extension Place {
  /// A double near the place.
  fileprivate var approximation: Double { numerator.approximation / denominator.approximation }
}
