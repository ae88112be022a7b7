public import Espalier

/// The generator of the program, by the name of its algorithm.
public typealias SplitMix64 = SeededGenerator
