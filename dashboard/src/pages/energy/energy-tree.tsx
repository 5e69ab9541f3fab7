import { Link } from '@tanstack/react-router';
import type { Device } from '#contract/http/campus.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { energyText } from './energy.text.ts';
import type { EnergyFilters } from './energy-filters.ts';
import type { PlaceNode } from './place-tree.ts';
import type { Subject } from './use-energy.ts';

/** The address of another place or meter with everything else as it is. */
export function searchOf(filters: EnergyFilters, to: { readonly place: string } | { readonly device: string }) {
  const { resource, period, date, until, term, compare } = filters;
  return { resource, range: period, date, until, term, compare, ...to };
}

interface TreeProps {
  readonly tree: readonly PlaceNode[];
  readonly subject: Subject;
  readonly filters: EnergyFilters;
}

/** Campus, building, floor, room, meter: opened down to where one is. */
export function EnergyTree({ tree, subject, filters }: TreeProps) {
  const t = useText(energyText);
  return (
    <nav className="energy-tree" aria-label={t.places}>
      <details open={matchMedia('(min-width: 901px)').matches}>
        <summary>{t.treeShow}</summary>
        <Nodes nodes={tree} subject={subject} filters={filters} />
      </details>
    </nav>
  );
}

interface NodesProps {
  readonly nodes: readonly PlaceNode[];
  readonly subject: Subject;
  readonly filters: EnergyFilters;
}

function Nodes({ nodes, subject, filters }: NodesProps) {
  const language = useLanguage();
  return (
    <ul>
      {nodes.map((node) => {
        const isOpen = subject.path.some(({ place }) => place.id === node.place.id);
        const isHere = !subject.device && subject.node?.place.id === node.place.id;
        return (
          <li key={node.place.id}>
            <Link
              to="/energy"
              search={searchOf(filters, { place: node.place.id })}
              activeOptions={{ exact: true }}
              aria-current={isHere ? 'true' : undefined}
              className={isHere ? 'energy-here' : ''}
            >
              {pick(node.place.name, language)}
            </Link>
            {isOpen ? (
              <>
                <Meters meters={node.meters} subject={subject} filters={filters} />
                <Nodes nodes={node.children} subject={subject} filters={filters} />
              </>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

function Meters({ meters, subject, filters }: Omit<NodesProps, 'nodes'> & { readonly meters: readonly Device[] }) {
  const language = useLanguage();
  if (meters.length === 0) return null;
  return (
    <ul className="energy-meters">
      {meters.map(({ id, name }) => (
        <li key={id}>
          <Link
            to="/energy"
            search={searchOf(filters, { device: id })}
            aria-current={subject.device?.id === id ? 'true' : undefined}
            className={subject.device?.id === id ? 'energy-here' : ''}
          >
            {pick(name, language)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

export function Breadcrumb({ subject, filters }: Omit<TreeProps, 'tree'>) {
  const t = useText(energyText);
  const language = useLanguage();
  const { path, device } = subject;
  return (
    <nav aria-label={t.path} className="breadcrumb">
      <ol>
        {path.map(({ place }, index) => {
          const isLast = index === path.length - 1 && !device;
          return (
            <li key={place.id}>
              {isLast ? (
                <span aria-current="page">{pick(place.name, language)}</span>
              ) : (
                <Link to="/energy" search={searchOf(filters, { place: place.id })}>
                  {pick(place.name, language)}
                </Link>
              )}
            </li>
          );
        })}
        {device ? (
          <li>
            <span aria-current="page">{pick(device.name, language)}</span>{' '}
            <Link to="/devices/$deviceId" params={{ deviceId: device.id }} className="small">
              {t.devicesLink}
            </Link>
          </li>
        ) : null}
      </ol>
    </nav>
  );
}
