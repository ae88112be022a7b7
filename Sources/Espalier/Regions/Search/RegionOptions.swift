/// How cells are held while regions are counted.
public enum RegionEngine: String, Hashable, Sendable, CaseIterable {
  /// Chosen by the number of inputs.
  case automatic = "auto"
  /// By vertices and edges: fastest with few inputs. Domains with rows are counted by `cells`.
  case faces
  /// By a point inside and linear programs: for any number of inputs.
  case cells
  /// By exact programs alone: slow, for comparison.
  case exact
}

/// What a count of regions may use.
public struct RegionOptions: Hashable, Sendable {
  /// The most inputs for which cells are held by their vertices, unless it is asked for: measured,
  /// see `docs/performance.md`.
  public static let faceDimension = 8
  /// The most inputs for which that may be asked for: a box has `2^n` corners.
  public static let largestFaceDimension = 10

  /// How cells are held.
  public var engine: RegionEngine
  /// What is counted.
  public var definition: RegionDefinition
  /// How many layers count.
  public var layerCount: Int
  /// True if a certificate is wanted.
  public var hasProof: Bool
  /// True if the phases of every region are kept, with all open units in one part.
  var keepsPatterns = false

  /// Options for the first layers of a network.
  ///
  /// - Precondition: Only activation regions have certificates.
  public init(
    engine: RegionEngine = .automatic, definition: RegionDefinition = .activation,
    layerCount: Int, hasProof: Bool
  ) {
    precondition(!hasProof || definition == .activation, "\(definition) has no certificate")
    self.engine = engine
    self.definition = definition
    self.layerCount = layerCount
    self.hasProof = hasProof
  }
}
