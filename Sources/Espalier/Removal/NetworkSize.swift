public import Certificates
public import ExactArithmetic

/// How large a network is, in the measures that removal is about.
public struct NetworkSize: Hashable, Sendable {
  /// Units of all layers, the outputs included.
  public var units: Int
  /// Weights and biases.
  public var parameters: Int
  /// Weights and biases that are not zero.
  public var nonzeros: Int
  /// The type in which they are stored.
  public let type: ScalarType

  /// A size from its measures.
  public init(units: Int, parameters: Int, nonzeros: Int, type: ScalarType) {
    self.units = units
    self.parameters = parameters
    self.nonzeros = nonzeros
    self.type = type
  }

  /// The size of a network while it is rewritten.
  public init(_ working: WorkingNetwork) {
    self.init(units: 0, parameters: 0, nonzeros: 0, type: working.scalarType)
    for layer in working.layers { self += NetworkSize(layer, working.scalarType) }
  }

  /// The size of one layer while it is rewritten.
  public init(_ layer: WorkingLayer, _ type: ScalarType) {
    self.init(
      units: layer.units.count, parameters: layer.parameterCount, nonzeros: layer.nonzeroCount,
      type: type)
  }

  /// The bytes of the parameters.
  public var bytes: Int { parameters * type.byteCount }

  /// One of the measures.
  public subscript(measure: RemovalMeasure) -> Int {
    switch measure {
    case .units: units
    case .parameters: parameters
    case .nonzeros: nonzeros
    case .bytes: bytes
    }
  }

  public static func += (left: inout NetworkSize, right: NetworkSize) {
    left.units += right.units
    left.parameters += right.parameters
    left.nonzeros += right.nonzeros
  }

  public static func - (left: NetworkSize, right: NetworkSize) -> NetworkSize {
    NetworkSize(
      units: left.units - right.units, parameters: left.parameters - right.parameters,
      nonzeros: left.nonzeros - right.nonzeros, type: left.type)
  }
}
