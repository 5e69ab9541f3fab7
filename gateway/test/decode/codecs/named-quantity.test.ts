import { describe, expect, test } from 'vitest';
import { inOurUnit, namedQuantity } from '../../../src/decode/codecs/named-quantity.ts';

describe('a number', () => {
  test.each([
    ['Energy/Total kWh', undefined, 'kWh'],
    ['energy_kwh', undefined, 'kWh'],
    ['Energy (MWh)', undefined, 'kWh'],
    ['Import Energy [Wh]', undefined, 'kWh'],
    ['Energy/Export kWh', undefined, 'kWh export'],
    ['energyProduced', 'kWh', 'kWh export'],
    ['Energy/Today kWh', undefined, 'kWh today'],
    ['Energy/Month kWh', undefined, undefined],
    ['Energy/T1 kWh', undefined, undefined],
    ['Heat/Total kWh', undefined, undefined],
    ['Energy', undefined, undefined],
    ['L2/energy', 'kWh', 'kWh l2'],
    ['Power/Active W', undefined, 'W'],
    ['Phase B/Power kW', undefined, 'W l2'],
    ['Power/Max W', undefined, undefined],
    ['Power', undefined, undefined],
    ['Reactive Power kvar', undefined, undefined],
    ['Q', 'kvar', 'var'],
    ['Voltage L12 V', undefined, undefined],
    ['Battery V', undefined, 'V battery'],
    ['Phase A', undefined, undefined],
    ['Inputs/A', undefined, undefined],
    ['Current Phase A', 'A', 'A l1'],
    ['Current A', undefined, 'A'],
    ['Water/Total L', undefined, 'm³'],
    ['Tank/Volume L', undefined, undefined],
    ['Gas/Total m3', undefined, undefined],
    ['Water/Today m3', undefined, undefined],
    ['main/flow', 'm³/h', 'L/h'],
    ['Flow L/min', undefined, 'L/h'],
    ['engine/temperature', undefined, '°C'],
    ['Temp C', undefined, '°C'],
    ['Vitamin C', undefined, undefined],
    ['Boiler/Setpoint °C', undefined, undefined],
    ['Room Humidity %', undefined, '% humidity'],
    ['Valve Position %', undefined, undefined],
    ['Power Factor', undefined, 'power factor'],
    ['rate', 'furlong', undefined],
    ['', undefined, undefined],
  ])('%s in %s is %s', (name, unit, wanted) => {
    expect(namedQuantity(name, unit, 'number')?.word).toBe(wanted);
  });

  test.each([
    ['Energy Wh', 1_500, 1.5],
    ['Energy MWh', 1.5, 1_500],
    ['Water/Total L', 987_654, 987.654],
    ['Temperature °F', 212, 100],
    ['Flow m3/h', 0.25, 250],
    ['Power W', 0.1, 0.1],
  ])('%s %d is %d in our unit', (name, value, wanted) => {
    const quantity = namedQuantity(name, undefined, 'number');
    expect(quantity && inOurUnit(quantity, value)).toBe(wanted);
  });
});

test.each([
  ['Door/Open', 'open'],
  ['door/open', 'open'],
  ['Gate Closed', 'closed'],
  ['reed/contact', 'closed'],
  ['FrontDoor', 'open'],
  ['Valve/Open', 'valve open'],
  ['Water/Leak', 'leak'],
  ['Battery/Low', 'battery low'],
  ['Battery/Open', undefined],
  ['Door Lock', undefined],
  ['relay/on', undefined],
])('a state: %s is %s', (name, wanted) => {
  expect(namedQuantity(name, undefined, 'state')?.word).toBe(wanted);
});
