public import Certificates

/// A part of a region tree that is searched in one go, and can be kept for a later run.
public struct RegionPiece: Hashable, Sendable {
  /// Which piece it is.
  public struct ID: Hashable, Sendable {
    /// The part of the network, from zero.
    public let part: Int
    /// The subtree of the part, in preorder, from zero.
    public let index: Int

    /// A piece by its place.
    public init(part: Int, index: Int) {
      self.part = part
      self.index = index
    }
  }

  /// Which piece it is.
  public let id: ID
  /// The regions after 1, 2, … layers of the part.
  public let counts: [Int]
  /// The nodes in preorder, if a certificate is wanted.
  public let nodes: [RegionNode]

  /// A piece that was searched.
  public init(id: ID, counts: [Int], nodes: [RegionNode]) {
    self.id = id
    self.counts = counts
    self.nodes = nodes
  }
}

/// How far a count has come.
public struct RegionProgress: Hashable, Sendable {
  /// The part that is searched, from zero.
  public let part: Int
  /// The parts.
  public let partCount: Int
  /// The pieces of the part that are done.
  public let doneCount: Int
  /// The pieces of the part.
  public let pieceCount: Int
}
